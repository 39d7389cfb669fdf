import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Terminal } from './command.ts';

/**
 * What to type in `folder` to get at this program again: `alyx` where it was found on the PATH, `npx alyx` where npm would find
 * this very package, else Node and the file. Elsewhere npx would look the name up in the registry, where this package is not.
 */
export function ownCommand(folder: string, { env }: Terminal, script = process.argv[1] ?? ''): string {
  // npx, too, goes through a link of that name, but one that is on the PATH only while it runs.
  if (basename(script) === 'alyx' && env['npm_lifecycle_event'] !== 'npx') return 'alyx';
  const file = existsSync(script) ? realpathSync(script) : script;
  if (nearestPackage(folder) === dirname(dirname(file))) return 'npx alyx';
  return `node ${/^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", String.raw`'\''`)}'`}`;
}

/** Where npx looks for what a package brings: the folder itself, or the next above it that is a package. */
function nearestPackage(folder: string): string | null {
  if (existsSync(join(folder, 'package.json'))) return realpathSync(folder);
  const above = dirname(folder);
  return above === folder ? null : nearestPackage(above);
}
