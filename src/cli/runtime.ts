import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const OLDEST = [22, 15] as const;
/** Set for the relaunched child, so that a second runtime that is too old cannot relaunch for ever. */
const MARK = 'ALYX_RELAUNCHED';

/**
 * V8's young generation has 4 MiB from the start, and no more. The 1 MiB that it would begin with is full after thirty
 * small requests, most of whose objects are still in use then; the 32 MiB that it would grow to stay resident. The heap
 * grows by 60 % before all of it is marked: left to itself V8 lets thousands of small requests grow it by 80 MiB. To wake
 * threads for so small a young generation takes longer than they save.
 */
const FLAGS = [
  '--min-semi-space-size=4',
  '--max-semi-space-size=4',
  '--heap-growing-percent=60',
  '--no-parallel-scavenge',
];

/** The newest major version of Node that was seen to know FLAGS: one that does not know a flag would not start. */
const NEWEST = 26;

/** What is wrong with this version of Node, and what to do; null when it will do. */
export function runtimeProblem(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return null;
  return (
    `Node ${version} is too old, ${OLDEST.join('.')} or newer is needed. The npm package "node" brings one: ` +
    'run "npm ci" without --ignore-scripts and start again, or install Node 24'
  );
}

/**
 * Starts the program anew in this very process if it was started without FLAGS, which a running V8 does not take. Does
 * without them on Windows, under a Node that is newer than NEWEST, and where a parent talks to this process by IPC: the
 * new program could not answer it.
 */
export function adoptFlags(): void {
  const { execArgv, execPath, argv, env, channel, versions } = process;
  if (Number.parseInt(versions.node, 10) > NEWEST) return;
  if (FLAGS.every((flag) => execArgv.includes(flag)) || channel !== undefined) return;
  process.execve?.(execPath, [execPath, ...FLAGS, ...execArgv, ...argv.slice(1)], env);
}

/**
 * Runs the same command under the Node that `npm ci` installed, and lives as long as it does. False when there is
 * none.
 */
export function relaunch(argv: readonly string[]): boolean {
  const binary = installedNode();
  if (binary === null || process.env[MARK] !== undefined) return false;
  const child = spawn(binary, [...FLAGS, ...argv], {
    env: { ...process.env, [MARK]: '1' },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
  return true;
}

/** Dies with the launcher: the IPC channel closes also on kill -9, where no signal could be passed on. */
export function followLauncher(): void {
  if (process.env[MARK] === undefined || process.channel === undefined) return;
  Reflect.deleteProperty(process.env, MARK);
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
}

function installedNode(): string | null {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const binary = join(folder, 'bin', 'node');
    return existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
}
