import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

export interface Load {
  readonly url: string;
  /** Uploads of 10 kB. */
  readonly small: number;
  readonly large: number;
  readonly largeSize: number;
  /** Of a large file. */
  readonly downloads: number;
}

export interface LoadResult {
  readonly uploaded: number;
  /** Large uploads of which the server has the right SHA-256. */
  readonly intact: number;
  readonly downloaded: number;
  readonly ms: number;
  /** What the clients themselves cost. */
  readonly cpuMs: number;
}

/** Puts all of it on the server at once, from another process. */
export async function putLoad(load: Load): Promise<LoadResult> {
  const client = resolve(import.meta.dirname, 'load-client.ts');
  const args = ['--disable-warning=ExperimentalWarning', client, JSON.stringify(load)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as LoadResult;
}
