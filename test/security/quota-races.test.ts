import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { list, OPEN_RULES, put } from '../support/files-api.ts';
import { file, form } from '../support/form.ts';
import { expectNothingLeft, leftovers } from '../support/leftovers.ts';
import { startApp, type TestApp } from '../support/test-app.ts';
import { create, expectNoUploads, patch, tus } from '../support/tus.ts';

const QUOTA = 10_000;
const SIZE = 900;
const FIT = Math.floor(QUOTA / SIZE);

let app: TestApp;
beforeAll(async () => {
  const few = `{ backend: local, max_total_size: ${QUOTA}, rules: ${OPEN_RULES} }`;
  app = await startApp({
    schema: `buckets:\n  few: ${few}\n  docs: { backend: local, rules: ${OPEN_RULES} }\n`,
  });
});
afterAll(() => app.dispose());

const bytes = Buffer.alloc(SIZE, 'x');

/** Every way to bring bytes in; each resolves to the status of its first request. */
const WAYS: readonly ((bucket: string, name: string) => Promise<number>)[] = [
  async (bucket, name) => (await put(app, bucket, name, bytes)).status,
  async (bucket, name) => (await put(app, bucket, name, new Blob([bytes]).stream())).status,
  async (bucket, name) => {
    const { body, headers } = form(file(bytes, name));
    const init = { method: 'POST', body: new Uint8Array(body), headers };
    return (await app.request(`/api/files/${bucket}`, init)).status;
  },
  async (bucket, name) => {
    const created = await create(app, SIZE, { bucket, metadata: { filename: name } });
    if (created.status !== 201) return created.status;
    const path = created.headers.get('location') ?? '';
    const done = await patch(app, path, 0, bytes);
    // The path may have gone to somebody else meanwhile; the space was reserved.
    return done.status === 204 ? 201 : done.status;
  },
];

async function bring(n: number, bucket: string, name: string): Promise<number> {
  return WAYS[n % WAYS.length]?.(bucket, name) ?? 0;
}

/** Bytes of files and reservations, as the database has them right now. */
function promised(): number {
  const database = new BetterSqlite3(join(app.folder, 'data/alyx.db'), { readonly: true });
  const sum = (table: string, column: string) =>
    `(SELECT coalesce(sum(${column}), 0) FROM ${table} WHERE bucket = 'few')`;
  const total = database.prepare(`SELECT ${sum('_alyx_files', 'size')} + ${sum('_alyx_uploads', 'length')}`);
  const bytesPromised = total.pluck().get() as number;
  database.close();
  return bytesPromised;
}

async function empty(bucket: string): Promise<void> {
  for (const { id } of (await list(app, bucket, '?limit=1000')).files) {
    await app.request(`/api/files/${bucket}/${id}`, { method: 'DELETE' });
  }
}

describe('a quota', () => {
  it('is never overshot by uploads of all kinds at once, and gives back what is given up', async () => {
    let over = false;
    const watch = setInterval(() => (over ||= promised() > QUOTA), 5);
    const uploads = Array.from({ length: 60 }, (_, n) => bring(n, 'few', `race-${n}`));
    // Space that is reserved and given up again, in between.
    const reservations = Array.from({ length: 20 }, async () => {
      const created = await create(app, SIZE, { bucket: 'few' });
      if (created.status === 201) await tus(app, 'DELETE', created.headers.get('location') ?? '');
      return created.status;
    });
    const statuses = new Set(await Promise.all([...uploads, ...reservations]));
    clearInterval(watch);
    expect(over).toBe(false);
    expect([...statuses].sort()).toEqual([201, 413]);
    expect(promised()).toBeLessThanOrEqual(FIT * SIZE);
    await empty('few');
    await expectNoUploads(app.folder);
    expect(promised()).toBe(0);
    expect((await put(app, 'few', 'all of it', Buffer.alloc(QUOTA))).status).toBe(201);
    await empty('few');
    await expectNothingLeft(app);
  });
});

describe('one path', () => {
  it('goes to exactly one of those who want it at once, by whatever way, and the others leave nothing', async () => {
    const statuses = await Promise.all(Array.from({ length: 24 }, (_, n) => bring(n, 'docs', 'mine')));
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(23);
    await expectNoUploads(app.folder);
    await expectNothingLeft(app, { ...(await leftovers(app)), rows: 1 });
    expect((await leftovers(app)).objects).toHaveLength(1);
    await empty('docs');
    await expectNothingLeft(app);
  });
});
