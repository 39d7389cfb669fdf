import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Vitest's global setup of the suites that run the built server: builds it, unless it is newer than its sources. */
export function setup(): void {
  if (!isStale()) return;
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] });
}

function isStale(): boolean {
  if (!existsSync('dist/main.js')) return true;
  const built = statSync('dist/main.js').mtimeMs;
  return ['src', 'scripts'].some((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).some(
      (path) => statSync(join(folder, path)).mtimeMs > built,
    ),
  );
}
