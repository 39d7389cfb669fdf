import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The compiled client runtime: what every SDK shares. Its source is in runtime/; scripts/build.mjs compiles it. */
export function runtimeFiles(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.js') || name.endsWith('.d.ts'))
    .sort();
  if (names.length === 0) throw new Error(`${folder} holds no compiled files: run "npm run build"`);
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
