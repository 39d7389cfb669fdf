import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface Child {
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** Starts a server program, its output going to `{folder}/log`, and resolves once `origin` answers. */
export async function startChild(
  command: string,
  args: readonly string[],
  { folder, origin, env = {} }: { folder: string; origin: string; env?: Record<string, string> },
): Promise<Child> {
  const log = openSync(join(folder, 'log'), 'a');
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log],
  });
  await answers(origin, child, join(folder, 'log'));
  return {
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(origin: string, child: ChildProcess, log: string): Promise<void> {
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`the server ended at once; ${log} tells why`);
    try {
      await fetch(origin, { signal: AbortSignal.timeout(1_000) });
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  child.kill('SIGKILL');
  throw new Error(`the server did not answer at ${origin}; ${log} tells why`);
}
