import { execFileSync, spawnSync } from 'node:child_process';
import { fromLibc } from '../../src/lib/libc.ts';
import { makeTempFolder } from './temp-folder.ts';
import { report, TORTURE } from './torture.ts';

/** Where each program comes from. */
const PACKAGES = {
  strace: 'strace',
  'mkfs.xfs': 'xfsprogs',
  'mkfs.ext4': 'e2fsprogs',
  prlimit: 'util-linux',
  curl: 'curl',
  nginx: 'nginx',
};

const RIGHTS = { root: 'root', mount: 'the right to mount (root)' };

export type Means = keyof typeof PACKAGES | keyof typeof RIGHTS;

/** In CI and `make torture` a test that lacks something fails; elsewhere it is left out, aloud. */
const MUST_HAVE = TORTURE || process.env['CI'] !== undefined;

/** True when this machine lacks what the tests called `what` need: give it to `skipIf`. */
export function lacks(what: string, ...means: readonly Means[]): boolean {
  return complains(what, means.filter((name) => !has(name)).map(nameOf));
}

/** The same of a function of the C library, declared as koffi wants it. */
export async function lacksFunction(what: string, declaration: string): Promise<boolean> {
  const found = await fromLibc((libc) => libc.func(declaration));
  return complains(what, found === null ? [`"${declaration}", called through koffi`] : []);
}

function complains(what: string, missing: readonly string[]): boolean {
  if (missing.length === 0) return false;
  const complaint = `NOT TRIED: ${what}, for this machine lacks ${missing.join(', ')}`;
  if (MUST_HAVE) throw new Error(complaint);
  report(complaint);
  return true;
}

function nameOf(means: Means): string {
  if (means === 'root' || means === 'mount') return RIGHTS[means];
  return `${means} (apt-get install ${PACKAGES[means]})`;
}

function has(means: Means): boolean {
  if (means === 'root') return process.getuid?.() === 0;
  if (means === 'mount') return (mayMount ??= tryMount());
  // An older curl knows no --json; it came with 7.82.
  if (means === 'curl') return spawnSync('curl', ['--json', '{}', '--version']).status === 0;
  return spawnSync('which', [means]).status === 0;
}

let mayMount: boolean | undefined;

function tryMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  const folder = makeTempFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'alyx-test', folder.path], { stdio: 'ignore' });
    execFileSync('umount', [folder.path]);
    return true;
  } catch {
    return false;
  } finally {
    folder.remove();
  }
}
