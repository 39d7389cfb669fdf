import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(import.meta.dirname, '../..');

/** Runs a module's text in a Node process of its own; what it imports from /src and /test is ours. Resolves to what it printed. */
export async function runScript(script: string): Promise<string> {
  const text = script.replaceAll(/from '\/(src|test)\//g, `from '${pathToFileURL(ROOT).href}/$1/`);
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', text];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  return stdout;
}
