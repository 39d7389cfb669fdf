import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBucket } from '../support/files-api.ts';
import { ServerProcess } from '../support/server-process.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { BASE_CONFIG } from '../support/test-app.ts';
import { LONG_TIMEOUT, TORTURE } from '../support/torture.ts';
import { begin, patch } from '../support/tus.ts';

const CALLS = 'fsync,fdatasync,rename,renameat,renameat2,link,linkat,write,writev,sendto,sendmsg';
const CONFIG = BASE_CONFIG.replace('durable: false', 'durable: true');

let folder: TempFolder;
let server: ServerProcess;
beforeEach(() => (folder = makeTempFolder()));
afterEach(async () => {
  await server.kill();
  folder.remove();
});

/** The system calls that the server makes while `work` is done, each a line as strace writes it, with paths for descriptors. */
async function traced(work: () => Promise<void>): Promise<string[]> {
  const output = join(folder.path, 'trace');
  const args = ['-f', '-y', '-s', '16', '-e', `trace=${CALLS}`, '-o', output, '-p', String(server.pid)];
  const strace = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  // "strace: Process N attached with M threads"
  await once(strace.stderr, 'data');
  await work();
  strace.kill('SIGINT');
  await once(strace, 'exit');
  return readFileSync(output, 'utf8').split('\n');
}

/** Where the first line lies, behind `after`, that matches; -1 = nowhere. */
const next = (lines: readonly string[], after: number, pattern: RegExp) =>
  lines.findIndex((line, index) => index > after && pattern.test(line));

/** A call that is done, in one line or, when another thread came between, in two. */
const done = (call: string, argument: string) => new RegExp(`${call}\\(\\d*<?[^)]*${argument}`);

// In `make torture` a machine without strace fails: apt-get install strace.
describe.skipIf(!TORTURE)('with durable: true, the answer to an upload', () => {
  it(
    'leaves only when bytes, name and row are on disk, in this order',
    { timeout: LONG_TIMEOUT },
    async () => {
      server = await ServerProcess.start({ folder: folder.path, schema: openBucket(), config: CONFIG });
      await server.request('/api/files/docs?name=warm-up', { method: 'PUT', body: 'x' });
      const lines = await traced(async () => {
        const answer = await server.request('/api/files/docs?name=a', { method: 'PUT', body: 'some text' });
        expect(answer.status).toBe(201);
      });
      const file = next(lines, -1, done('f(data)?sync', '\\.alyx-tmp/'));
      const name = next(lines, file, done('rename\\w*', '\\.alyx-tmp'));
      const directory = next(lines, name, done('fsync', 'storage/docs'));
      const row = next(lines, directory, done('f(data)?sync', 'alyx\\.db-wal'));
      const answer = next(lines, row, /HTTP\/1\.1 201/);
      expect([file, name, directory, row, answer], lines.join('\n')).not.toContain(-1);
      expect(lines.findIndex((line) => line.includes('HTTP/1.1 201'))).toBe(answer);
    },
  );

  it('holds for the offset of a resumable upload too', { timeout: LONG_TIMEOUT }, async () => {
    server = await ServerProcess.start({ folder: folder.path, schema: openBucket(), config: CONFIG });
    const path = await begin(server, 10);
    const lines = await traced(async () => {
      expect((await patch(server, path, 0, '12345')).status).toBe(204);
    });
    const bytes = next(lines, -1, done('f(data)?sync', 'data/uploads/'));
    const row = next(lines, bytes, done('f(data)?sync', 'alyx\\.db-wal'));
    const answer = next(lines, row, /HTTP\/1\.1 204/);
    expect([bytes, row, answer], lines.join('\n')).not.toContain(-1);
    expect(lines.findIndex((line) => line.includes('HTTP/1.1 204'))).toBe(answer);
  });
});
