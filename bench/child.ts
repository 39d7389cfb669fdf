import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastWords } from './last-words.ts';

export interface Child {
  readonly pid: number;
  /** Why it ended by itself, in its own words; null when it runs. */
  readonly ended: () => Promise<string | null>;
  readonly stop: () => Promise<void>;
}

const PATIENCE_MS = 15_000;
/** A busy machine takes long to start a server. */
const START_MS = 60_000;
/** Who lost a connection to it may know before we do that it ended. */
const END_MS = 200;

/** Starts a server program, its output going to `{folder}/log`, and resolves once `origin` answers. */
export async function startChild(
  command: string,
  args: readonly string[],
  { folder, origin, env = {} }: { folder: string; origin: string; env?: Record<string, string> },
): Promise<Child> {
  const log = join(folder, 'log');
  const output = openSync(log, 'a');
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  await answers(origin, child, log);
  const ended = async () => ((await hasEnded(child)) ? lastWords(readFileSync(log, 'utf8')) : null);
  return { pid: child.pid ?? 0, ended, stop: () => stop(child) };
}

async function hasEnded(child: ChildProcess): Promise<boolean> {
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  if (!isOver()) await once(child, 'exit', { signal: AbortSignal.timeout(END_MS) }).catch(() => undefined);
  return isOver();
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await exited;
  clearTimeout(patience);
}

async function answers(origin: string, child: ChildProcess, log: string): Promise<void> {
  const start = performance.now();
  while (performance.now() - start < START_MS) {
    if (child.exitCode !== null) throw new Error(`it ended at once; ${log} tells why`);
    try {
      await fetch(origin, { signal: AbortSignal.timeout(1_000) });
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  child.kill('SIGKILL');
  throw new Error(`it did not answer at ${origin}; ${log} tells why`);
}
