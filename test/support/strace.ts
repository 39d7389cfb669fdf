import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** strace, attached to threads of a running process. */
export class Strace {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, 'exit');
  }

  /** Resolves once every one of these threads is traced; with `-f` among the arguments, the others of their process too. */
  static async attach(threads: readonly number[], ...args: readonly string[]): Promise<Strace> {
    const targets = threads.flatMap((thread) => ['-p', String(thread)]);
    const child = spawn('strace', [...args, ...targets], { stdio: ['ignore', 'ignore', 'pipe'] });
    const strace = new Strace(child);
    const waiting = new Set(threads);
    const said: string[] = [];
    const attached = new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stderr }).on('line', (line) => {
        said.push(line);
        // "strace: Process N attached", and "with M threads" for -f
        waiting.delete(Number(/Process (\d+) attached/.exec(line)?.[1]));
        if (waiting.size === 0) resolve();
      });
      child.once('exit', () => reject(new Error(`strace ended: ${said.join('; ')}`)));
    });
    await attached;
    return strace;
  }

  /** Lets go of what it traces; its output is whole then. */
  async detach(): Promise<void> {
    this.#child.kill('SIGINT');
    await this.ended();
  }

  /** Resolves when it is gone, as it is when all that it traced is. */
  async ended(): Promise<void> {
    await this.#ended;
  }
}

/** The threads of a Node process that touch files: the main one, where SQLite works, and libuv's pool. */
export function fileThreads(pid: number): { main: number; pool: number[] } {
  const pool = readdirSync(`/proc/${pid}/task`)
    .filter((thread) => readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim() === 'libuv-worker')
    .map(Number);
  return { main: pid, pool };
}
