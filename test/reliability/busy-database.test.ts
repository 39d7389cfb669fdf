import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBucket, put, store } from '../support/files-api.ts';
import { filesBelow } from '../support/leftovers.ts';
import { ServerProcess } from '../support/server-process.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { report } from '../support/torture.ts';
import { begin, patch, sha256, uploadsKept } from '../support/tus.ts';

const LOCKED_MS = 2_000;

let folder: TempFolder;
let server: ServerProcess;
beforeEach(async () => {
  folder = makeTempFolder();
  server = await ServerProcess.start({ folder: folder.path, schema: openBucket() });
});
afterEach(async () => {
  await server.kill();
  folder.remove();
});

const path = () => join(folder.path, 'data/alyx.db');
const content = randomBytes(200_000);

/** What a command, or an operator in sqlite3, does to the server: holds the write lock for as long as the work takes. */
async function whileLocked<T>(work: () => Promise<T>): Promise<T> {
  const other = new BetterSqlite3(path());
  other.exec('BEGIN IMMEDIATE');
  try {
    return await work();
  } finally {
    other.close();
  }
}

const rows = (): unknown => {
  const database = new BetterSqlite3(path(), { readonly: true });
  const count = database.prepare('SELECT count(*) FROM _alyx_files').pluck().get();
  database.close();
  return count;
};

describe('while another process holds the database locked', () => {
  it('health and downloads are answered, and changes wait and are made, or are refused and leave nothing', async () => {
    const kept = await store(server, 'docs', 'kept.bin', content);
    const doomed = await store(server, 'docs', 'doomed.bin', content);
    const upload = await begin(server, content.length);
    const answered: Response[] = [];
    const changes = await whileLocked(async () => {
      const sent = [
        ...Array.from({ length: 40 }, (_, n) => put(server, 'docs', `${n}.bin`, content)),
        patch(server, upload, 0, content),
        server.request(`/api/files/docs/${doomed.id}`, { method: 'DELETE' }),
      ];
      for (const change of sent) void change.then((answer) => answered.push(answer));
      const end = performance.now() + LOCKED_MS;
      let longest = 0;
      let rounds = 0;
      for (; rounds < 20 || performance.now() < end; rounds += 1) {
        const start = performance.now();
        expect((await server.request('/health/ready')).status).toBe(200);
        const download = await server.request(`/api/files/docs/${kept.id}/download`);
        expect(sha256(Buffer.from(await download.arrayBuffer()))).toBe(kept.checksum);
        longest = Math.max(longest, performance.now() - start);
        // Were the server held up by the lock, the changes would be given up before it answered anything.
        if (rounds === 20) expect(answered).toEqual([]);
        await pause(5);
      }
      report(
        `database locked for ${LOCKED_MS} ms: ${rounds} rounds of health and download, longest ${Math.round(longest)} ms`,
      );
      return sent;
    });
    const answers = await Promise.all(changes);
    const done = answers.filter(({ status }) => status < 300);
    const refused = answers.filter(({ status }) => status >= 300);
    report(`${done.length} changes waited and were made, ${refused.length} were refused`);
    expect(done.length).toBeGreaterThan(0);
    for (const answer of refused) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('5');
    }
    // Well again by itself, and nothing half is left of what was refused.
    expect((await put(server, 'docs', 'after.bin', content)).status).toBe(201);
    await vi.waitFor(
      () => expect(filesBelow(join(folder.path, 'data/storage'))).toHaveLength(Number(rows())),
      {
        timeout: 20_000,
      },
    );
    if (refused.length === 0) expect(uploadsKept(folder.path)).toEqual({ rows: 0, staged: [] });
  });
});
