import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileOf, openBucket } from '../support/files-api.ts';
import { lacks } from '../support/machine.ts';
import { ServerProcess } from '../support/server-process.ts';
import { Strace } from '../support/strace.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { BASE_CONFIG } from '../support/test-app.ts';
import { LONG_TIMEOUT } from '../support/torture.ts';
import { begin, patch } from '../support/tus.ts';

const CALLS =
  'fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,write,writev,sendto,sendmsg';
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
  const args = ['-f', '-y', '-s', '16', '-e', `trace=${CALLS}`, '-o', output];
  const strace = await Strace.attach([server.pid], ...args);
  await work();
  await strace.detach();
  return readFileSync(output, 'utf8').split('\n');
}

/** Where the first line lies, behind `after`, that matches; -1 = nowhere. */
const next = (lines: readonly string[], after: number, pattern: RegExp) =>
  lines.findIndex((line, index) => index > after && pattern.test(line));

/** A call that is done, in one line or, when another thread came between, in two. */
const done = (call: string, argument: string) => new RegExp(`${call}\\(\\d*<?[^)]*${argument}`);

describe.skipIf(lacks('the order of fsync, rename and answer', 'strace'))(
  'with durable: true, the answer',
  () => {
    it(
      'to an upload leaves only when bytes, name and row are on disk, in this order',
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

    it(
      'that tells the offset of a resumable upload leaves only when bytes and name are on disk, the name once',
      { timeout: LONG_TIMEOUT },
      async () => {
        server = await ServerProcess.start({ folder: folder.path, schema: openBucket(), config: CONFIG });
        const path = await begin(server, 10);
        const lines = await traced(async () => {
          expect((await patch(server, path, 0, '12345')).status).toBe(204);
        });
        const bytes = next(lines, -1, done('f(data)?sync', 'data/uploads/'));
        const name = next(lines, -1, done('fsync', 'data/uploads>'));
        const row = next(lines, Math.max(bytes, name), done('f(data)?sync', 'alyx\\.db-wal'));
        const answer = next(lines, row, /HTTP\/1\.1 204/);
        expect([bytes, name, row, answer], lines.join('\n')).not.toContain(-1);
        expect(lines.findIndex((line) => line.includes('HTTP/1.1 204'))).toBe(answer);

        const later = await traced(async () => {
          expect((await patch(server, path, 5, '678')).status).toBe(204);
        });
        expect(next(later, -1, done('f(data)?sync', 'data/uploads/')), later.join('\n')).not.toBe(-1);
        expect(next(later, -1, done('fsync', 'data/uploads>')), later.join('\n')).toBe(-1);
      },
    );

    it(
      'to a deletion leaves the order to delete the bytes, until no power loss can bring them back',
      { timeout: LONG_TIMEOUT },
      async () => {
        server = await ServerProcess.start({ folder: folder.path, schema: openBucket(), config: CONFIG });
        const upload = await server.request('/api/files/docs?name=a', { method: 'PUT', body: 'some text' });
        const { id } = await fileOf(upload);
        const lines = await traced(async () => {
          expect((await server.request(`/api/files/docs/${id}`, { method: 'DELETE' })).status).toBe(204);
          await vi.waitFor(() => expect(deletionsNoted()).toBe(0), { timeout: 30_000 });
        });
        const row = next(lines, -1, done('f(data)?sync', 'alyx\\.db-wal'));
        const bytes = next(lines, row, done('unlink\\w*', 'storage/docs'));
        const directory = next(lines, bytes, done('fsync', 'storage/docs'));
        const note = next(lines, directory, done('f(data)?sync', 'alyx\\.db-wal'));
        expect([row, bytes, directory, note], lines.join('\n')).not.toContain(-1);
      },
    );
  },
);

function deletionsNoted(): number {
  const database = new BetterSqlite3(join(folder.path, 'data/alyx.db'), { readonly: true });
  try {
    const count = `SELECT count(*) FROM _alyx_pending_objects WHERE state = 'deleting'`;
    return database.prepare(count).pluck().get() as number;
  } finally {
    database.close();
  }
}

describe.skipIf(lacks('which thread syncs', 'strace'))('the thread that answers', () => {
  it(
    'syncs no file, no commit and not the database, only the head of the log when it begins anew',
    { timeout: LONG_TIMEOUT },
    async () => {
      server = await ServerProcess.start({ folder: folder.path, schema: openBucket(), config: CONFIG });
      let uploads = 0;
      const upload = async () => {
        const path = `/api/files/docs?name=${(uploads += 1)}`;
        const answer = await server.request(path, { method: 'PUT', body: 'some text' });
        expect(answer.status).toBe(201);
      };
      const output = join(folder.path, 'trace');
      const strace = await Strace.attach(
        [server.pid],
        '-f',
        '-y',
        '-e',
        'trace=fsync,fdatasync',
        '-o',
        output,
      );
      const syncs = (pattern: RegExp) =>
        readFileSync(output, 'utf8')
          .split('\n')
          .filter((line) => pattern.test(line));
      // Until the log was folded into the database, and some more.
      for (let round = 0; round < 100 && syncs(/alyx\.db>/).length === 0; round += 1) {
        await Promise.all(Array.from({ length: 50 }, upload));
      }
      await upload();
      await strace.detach();
      expect(syncs(/alyx\.db>/).length).toBeGreaterThan(0);
      expect(syncs(/alyx\.db-wal>/).length).toBeGreaterThan(10);
      const byThread = syncs(new RegExp(`^${server.pid} `));
      expect(byThread.length, byThread.join('\n')).toBeLessThanOrEqual(syncs(/alyx\.db>/).length);
      expect(byThread.filter((line) => !line.includes('alyx.db-wal>'))).toEqual([]);
    },
  );
});
