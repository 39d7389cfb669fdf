import { statSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, vi } from 'vitest';
import { checkStorage } from '../../../src/operations/check-storage.ts';
import { openStorage } from '../../../src/operations/storage-access.ts';
import { collect } from '../collect.ts';
import type { FileJson, FileListJson } from '../files-api.ts';
import { cleanUp } from './changes.ts';
import type { Ledger } from './ledger.ts';
import type { RecordListJson } from '../records-api.ts';
import type { Project } from './project.ts';
import { idOf, offsetOf, sha256, type Requests } from '../tus.ts';

/** But for the places that the living server has noted for uploads to come, and those on S3 that are looked at again. */
const PENDING = `SELECT * FROM _alyx_pending_objects WHERE owner <> 'again' AND (state = 'deleting' OR owner <> 'server')`;

function query<T>(folder: string, ask: (database: BetterSqlite3.Database) => T): T {
  const database = new BetterSqlite3(join(folder, 'data/alyx.db'), { readonly: true });
  try {
    return ask(database);
  } finally {
    database.close();
  }
}

/** What must hold of the data that a dead server left, before anybody has mended anything. */
export function expectSoundAtRest(folder: string): void {
  query(folder, (database) => {
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(database.pragma('foreign_key_check')).toEqual([]);
    const usage = `SELECT bucket, files, bytes, stored_bytes FROM _alyx_bucket_usage WHERE files > 0 ORDER BY bucket`;
    const sums = `SELECT bucket, count(*) AS files, sum(size) AS bytes, sum(stored_size) AS stored_bytes
      FROM _alyx_files GROUP BY bucket ORDER BY bucket`;
    expect(database.prepare(usage).all()).toEqual(database.prepare(sums).all());
    const uploads = database.prepare('SELECT id, offset FROM _alyx_uploads WHERE offset > 0').all();
    for (const { id, offset } of uploads as { id: string; offset: number }[]) {
      expect(statSync(join(folder, 'data/uploads', id)).size).toBeGreaterThanOrEqual(offset);
    }
  });
}

/** After one cleanup rows, bytes and references agree, and nothing waits to be deleted. */
export async function expectTidy(server: Requests, project: Project): Promise<void> {
  const { folder, config, schema, adminToken } = project;
  await cleanUp(server, adminToken);
  await vi.waitFor(
    async () => {
      const left = query(folder, (database) => ({
        pending: database.prepare(PENDING).all(),
        named: database.prepare('SELECT backend, bucket, object_key FROM _alyx_files').raw().all(),
        complete: database.prepare('SELECT id FROM _alyx_uploads WHERE offset = length').all(),
      }));
      expect(left.pending).toEqual([]);
      expect(left.complete).toEqual([]);
      const named = (left.named as string[][]).map((parts) => parts.join('/')).sort();
      expect(await project.stored()).toEqual(named);
    },
    { timeout: 20_000, interval: 50 },
  );
  const storage = await openStorage(config, Date.now);
  try {
    const log = { warn: () => undefined };
    expect(await collect(checkStorage(storage, { schema, repair: false, deep: false, log }))).toEqual([]);
  } finally {
    await storage.close();
  }
}

/** Holds what the server shows now against what it has acknowledged; what was unknown is known afterwards. Resolves to the number of downloads. */
export async function expectAcknowledged(
  server: Requests,
  ledger: Ledger,
  buckets: readonly string[],
): Promise<number> {
  const shown = await shownFiles(server, buckets);
  for (const { id, bucket, name, checksum } of shown.values()) {
    expect(checksum, `${name} is what was sent`).toBe(ledger.sent.get(name));
    if (!ledger.files.has(id)) ledger.addFile(id, bucket, checksum, true);
    const answer = await server.request(`/api/files/${bucket}/${id}/download`);
    expect(answer.status, `${name} can be downloaded`).toBe(200);
    expect(sha256(Buffer.from(await answer.arrayBuffer())), name).toBe(checksum);
  }
  for (const [id, file] of ledger.files) {
    if (file.state === 'there') expect(shown.has(id), `the acknowledged file ${id} is there`).toBe(true);
    if (file.state === 'gone') expect(shown.has(id), `the deleted file ${id} is gone`).toBe(false);
    file.state = shown.has(id) ? 'there' : 'gone';
  }
  for (const [path, upload] of ledger.uploads) {
    const offset = await offsetOf(server, path);
    if (shown.has(idOf(path))) {
      // Its last answer was lost: its client asks, and learns that all is well.
      expect(offset).toBe(upload.content.length);
      ledger.uploads.delete(path);
    } else expect(offset, `${path} went on`).toBeGreaterThanOrEqual(upload.offset);
  }
  await settleRecords(server, ledger, shown);
  return shown.size;
}

/** Every file that the server lists, by its id. */
export async function shownFiles(
  server: Requests,
  buckets: readonly string[],
): Promise<Map<string, FileJson>> {
  const files = new Map<string, FileJson>();
  for (const bucket of buckets) {
    for (let cursor: string | null = ''; cursor !== null;) {
      const at = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = (await (
        await server.request(`/api/files/${bucket}?limit=1000${at}`)
      ).json()) as FileListJson;
      for (const file of page.files) files.set(file.id, file);
      cursor = page.next_cursor;
    }
  }
  return files;
}

interface Post {
  readonly id: string;
  readonly cover: string;
  readonly gallery: readonly string[];
}

async function settleRecords(
  server: Requests,
  ledger: Ledger,
  shown: ReadonlyMap<string, FileJson>,
): Promise<void> {
  const posts = new Map<string, string[]>();
  for (let offset = 0, total = 1; offset < total; offset += 1000) {
    const answer = await server.request(`/api/collections/posts?limit=1000&offset=${offset}`);
    const page = (await answer.json()) as RecordListJson;
    for (const { id, cover, gallery } of page.docs as unknown as Post[]) posts.set(id, [cover, ...gallery]);
    total = page.total;
  }
  const held = new Set([...posts.values()].flat());
  for (const id of held) expect(shown.has(id), `the record's file ${id} is there`).toBe(true);
  for (const [id, { state, versions }] of ledger.records) {
    const files = posts.get(id);
    if (state === 'there') expect(files, `the record ${id} is there`).toBeDefined();
    if (state === 'gone') expect(files, `the record ${id} is gone`).toBeUndefined();
    if (files !== undefined) expect(versions).toContainEqual(files);
  }
  ledger.records.clear();
  for (const [id, files] of posts) ledger.records.set(id, { versions: [files], state: 'there' });
  for (const [id, file] of ledger.files) file.held = held.has(id);
}
