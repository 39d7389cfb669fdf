import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { BASE_CONFIG } from './test-app.ts';

/** What Node is given to be `alyx`, from the sources. */
export const ALYX = [
  '--disable-warning=ExperimentalWarning',
  resolve(import.meta.dirname, '../../src/main.ts'),
];
/** Clock ticks per second of /proc/PID/stat; 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

export interface ServerProcessOptions {
  /** Holds alyx.yml, schema.yaml and the data; start again on the same folder for a restart. */
  readonly folder: string;
  /** schema.yaml without its `version` line. */
  readonly schema: string;
  /** alyx.yml; default: BASE_CONFIG. */
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: any that is free. */
  readonly port?: number;
  /** A command, with its arguments, that runs the server in its own place. */
  readonly through?: readonly string[];
  /** Told the process' id when it begins to start. */
  readonly onSpawn?: (pid: number) => void;
}

/** `alyx serve` in a process of its own, run from the sources, for what only a real process can show. */
export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly logLines: readonly string[];

  private constructor(child: ChildProcess, port: number, logLines: readonly string[]) {
    this.#child = child;
    this.#exited = hasExited(child) ? Promise.resolve() : once(child, 'exit');
    const orphan = () => void child.kill('SIGKILL');
    process.once('exit', orphan);
    void this.#exited.then(() => process.removeListener('exit', orphan));
    this.port = port;
    this.logLines = logLines;
  }

  /** Resolves once the server listens; rejects with what it said if it ends before. */
  static async start({
    folder,
    schema,
    config = BASE_CONFIG,
    env = {},
    port = 0,
    through = [],
    onSpawn = () => undefined,
  }: ServerProcessOptions): Promise<ServerProcess> {
    writeFileSync(join(folder, 'alyx.yml'), config);
    writeFileSync(join(folder, 'schema.yaml'), `version: 1\n${schema}`);
    const command = [...through, process.execPath, ...ALYX, 'serve', '--port', String(port)];
    const child = spawn(command[0] ?? '', command.slice(1), {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        // Stripping the types of every module takes longer than anything else that a start does.
        NODE_COMPILE_CACHE: join(tmpdir(), 'alyx-test-compile-cache'),
        ALYX_LOGGING_FORMAT: 'json',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onSpawn(child.pid ?? -1);
    const logLines: string[] = [];
    child.stderr.on('data', (text: Buffer) => logLines.push(String(text)));
    const listening = new Promise<number>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        logLines.push(line);
        const started = /"port":(\d+).*"alyx is running"/.exec(line);
        if (started !== null) resolve(Number(started[1]));
      });
      child.once('exit', (code, signal) =>
        reject(new Error(`the server did not start (${signal ?? code}): ${logLines.join('\n')}`)),
      );
    });
    return new ServerProcess(child, await listening, logLines);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** `fetch` to a path. */
  request(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`${this.url}${path}`, init);
  }

  /** User and system time that the process has used, in milliseconds. */
  cpuTime(): number {
    // proc(5): utime and stime are fields 14 and 15; the name in field 2 may hold spaces.
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
  }

  /** Asks it to end, as an operator does; resolves to its exit code, or the signal that ended it. */
  async stop(): Promise<number | NodeJS.Signals | null> {
    await this.kill('SIGTERM');
    return this.#child.exitCode ?? this.#child.signalCode;
  }

  /** Ends the process and resolves when it is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#child.kill(signal);
    await this.#exited;
  }
}

function hasExited({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** For a start that came to nothing: null when the server was killed, whatever else it was is thrown on. */
export function unlessKilled(error: unknown): null {
  if (error instanceof Error && error.message.includes('(SIGKILL)')) return null;
  throw error;
}
