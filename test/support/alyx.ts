import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { vi } from 'vitest';

export const MAIN = resolve(import.meta.dirname, '../../dist/main.js');

export interface AlyxOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Which Node runs it; default: the one that runs the tests. */
  readonly node?: string;
}

/** The built `alyx` in a process of its own. */
export class Alyx {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  stdout = '';
  stderr = '';

  private constructor(args: readonly string[], { cwd, env = {}, node = process.execPath }: AlyxOptions) {
    this.#child = spawn(node, [MAIN, ...args], {
      cwd,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (text: Buffer) => (this.stdout += text.toString()));
    this.#child.stderr?.on('data', (text: Buffer) => (this.stderr += text.toString()));
    this.#exited = once(this.#child, 'close');
    const orphan = () => void this.#child.kill('SIGKILL');
    process.once('exit', orphan);
    void this.#exited.then(() => process.removeListener('exit', orphan));
  }

  /** Runs a command to its end. */
  static async run(args: readonly string[], options: AlyxOptions) {
    const alyx = new Alyx(args, options);
    const code = await alyx.exit();
    return { code, stdout: alyx.stdout, stderr: alyx.stderr };
  }

  /** Runs `alyx serve` on any free port; resolves once it listens, rejects with what it said if it ends before. */
  static async serve(options: AlyxOptions, ...args: readonly string[]): Promise<Alyx> {
    const alyx = new Alyx(['serve', '--port', '0', ...args], options);
    const ended = alyx.exit().then((code) => {
      throw new Error(`alyx serve ended with ${code}: ${alyx.stdout}${alyx.stderr}`);
    });
    await Promise.race([alyx.says(/alyx is running|Alyx is running[^]*\n\n/i), ended]);
    ended.catch(() => undefined);
    return alyx;
  }

  get url(): string {
    const port = /API +http:\/\/[^:/]+:(\d+)/.exec(this.stdout)?.[1] ?? /"port":(\d+)/.exec(this.stdout)?.[1];
    return `http://127.0.0.1:${String(port)}`;
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Its exit code, or the signal that ended it. */
  async exit(): Promise<number | NodeJS.Signals | null> {
    await this.#exited;
    return this.#child.exitCode ?? this.#child.signalCode;
  }

  async stop(): Promise<number | NodeJS.Signals | null> {
    this.signal('SIGTERM');
    return this.exit();
  }

  /** Waits until its standard output matches. */
  async says(pattern: RegExp): Promise<void> {
    const said = () => {
      if (!pattern.test(this.stdout))
        throw new Error(`not said yet: ${pattern.source}\n${this.stdout}${this.stderr}`);
    };
    await vi.waitFor(said, { timeout: 30_000, interval: 20 });
  }
}

/** alyx.yml and schema.yaml of a small project in the folder. */
export function writeProject(folder: string, schema: string, config = 'storage: { durable: false }\n'): void {
  writeFileSync(join(folder, 'alyx.yml'), config);
  writeFileSync(join(folder, 'schema.yaml'), `version: 1\n${schema}`);
}
