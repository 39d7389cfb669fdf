import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import BetterSqlite3 from 'better-sqlite3';
import { adminFileListShape, fileReferencesShape } from '../../src/http/routes/admin/files.ts';
import { statsShape } from '../../src/http/routes/admin/stats.ts';
import { uploadListShape } from '../../src/http/routes/admin/uploads.ts';
import { usageShape } from '../../src/http/routes/admin/usage.ts';
import { OPEN_RULES, refusal, store, type FileJson } from '../support/files-api.ts';
import { startApp, TEST_SECRET, type TestApp } from '../support/test-app.ts';

const SCHEMA = `
buckets:
  docs: { backend: local, max_total_size: 10KB, rules: ${OPEN_RULES} }
  logs: { backend: second, compression: gzip, rules: { create: "true" } }
`;

let app: TestApp;
let now: number;

beforeEach(async () => {
  now = Date.now();
  app = await startApp({
    schema: SCHEMA,
    clock: () => now,
    config: `
database: { path: ./data/alyx.db }
auth: { jwt: { secret: ${TEST_SECRET} } }
storage:
  durable: false
  backends:
    local: { type: filesystem, path: ./data/storage }
    second: { type: filesystem, path: ./data/second }
  tus: { path: ./data/uploads }
`,
  });
});
afterEach(() => app.dispose());

const ask = async (path: string): Promise<unknown> => {
  const response = await app.request(`/api/admin/${path}`, { as: 'root', role: 'admin' });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
};
const stats = async () => statsShape.parse(await ask('stats'));
const uploads = async (query = '') => uploadListShape.parse(await ask(`uploads${query}`));
const files = async (query = '') => adminFileListShape.parse(await ask(`files${query}`));

/** Changes the system tables behind the server's back, as only a broken disk or a crash would. */
function tamper(sql: string, ...params: unknown[]): void {
  const database = new BetterSqlite3(app.config.database.path);
  database.prepare(sql).run(...params);
  database.close();
}

async function startUpload(bucket: string, length: number, bytes: string): Promise<string> {
  const headers = { 'tus-resumable': '1.0.0', 'upload-length': String(length) };
  const created = await app.request(`/api/files/${bucket}/tus`, { method: 'POST', headers, as: 'ada' });
  const location = new URL(created.headers.get('location') ?? '', app.url).pathname;
  const patched = await app.request(location, {
    method: 'PATCH',
    body: bytes,
    as: 'ada',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
    },
  });
  expect(patched.status).toBe(204);
  return location.split('/').at(-1) ?? '';
}

describe('GET /api/admin/usage', () => {
  it('tells what each bucket holds, has promised, may hold, and saves by compression', async () => {
    await store(app, 'docs', 'a.txt', 'x'.repeat(1000));
    await store(app, 'logs', 'b.txt', 'y'.repeat(100_000));
    await startUpload('docs', 500, 'some');
    const { buckets, totals } = usageShape.parse(await ask('usage'));
    expect(buckets[0]).toEqual({
      name: 'docs',
      backend: 'local',
      files: 1,
      bytes: 1000,
      stored_bytes: 1000,
      saved_bytes: 0,
      reserved_bytes: 500,
      quota: 10_000,
      missing_files: 0,
    });
    expect(buckets[1]).toMatchObject({ name: 'logs', files: 1, bytes: 100_000, quota: null });
    expect(buckets[1]?.saved_bytes).toBeGreaterThan(90_000);
    expect(totals).toMatchObject({ files: 2, bytes: 101_000, reserved_bytes: 500 });
  });
});

describe('GET /api/admin/stats', () => {
  it('of a server that nobody has used has nothing to complain about', async () => {
    expect(await stats()).toMatchObject({
      totals: { files: 0, bytes: 0 },
      uploads: { active: 0, stalled: 0, finishing: 0, expired: 0, received_bytes: 0, announced_bytes: 0 },
      recent_files: [],
      backends: [
        { name: 'local', type: 'filesystem', status: 'ok', error: null, files: 0, buckets: ['docs'] },
        { name: 'second', type: 'filesystem', status: 'ok', error: null, files: 0, buckets: ['logs'] },
      ],
      problems: [],
    });
  });

  it('shows the newest files of all buckets, and uploads under way', async () => {
    for (let n = 0; n < 6; n += 1) {
      now += 1;
      await store(app, 'docs', `d${n}.txt`, 'x');
      now += 1;
      await store(app, 'logs', `l${n}.txt`, 'x');
    }
    await startUpload('docs', 500, 'some');
    const { recent_files, uploads: counts } = await stats();
    expect(recent_files.map(({ name }) => name)).toEqual(
      ['l5', 'd5', 'l4', 'd4', 'l3', 'd3', 'l2', 'd2', 'l1', 'd1'].map((name) => `${name}.txt`),
    );
    expect(JSON.stringify(recent_files)).not.toMatch(/object_?key/i);
    expect(counts).toMatchObject({ active: 1, received_bytes: 4, announced_bytes: 500 });
  });

  it('names what needs a person: lost bytes, a dead backend, deletions that fail, a full bucket', async () => {
    const { id } = await store(app, 'docs', 'big.txt', 'x'.repeat(9_600));
    tamper('UPDATE _alyx_files SET bytes_missing = 1 WHERE id = ?', id);
    await store(app, 'logs', 'l.txt', 'x');
    tamper(
      `INSERT INTO _alyx_pending_objects VALUES ('second', 'logs', 'gone', 'deleting', 'server', ?)`,
      now - 3 * 3_600_000,
    );
    const root = join(app.folder, 'data', 'second');
    rmSync(root, { recursive: true });
    writeFileSync(root, 'no folder any more');
    const { problems, backends } = await stats();
    expect(problems.map(({ code, subject }) => [code, subject])).toEqual([
      ['BACKEND_UNAVAILABLE', 'second'],
      ['BYTES_MISSING', 'docs'],
      ['DELETIONS_OVERDUE', 'second'],
      ['QUOTA_NEARLY_REACHED', 'docs'],
    ]);
    const reason = 'something that is no folder lies where one of its folders belongs';
    expect(backends[1]).toMatchObject({ status: 'unavailable', error: reason });
    expect(problems[0]?.message).toBe(`Backend "second" cannot serve its 1 files: ${reason}.`);
    expect(problems.every(({ message }) => /^[A-Z1].*[.]$/.test(message))).toBe(true);
  });
});

describe('GET /api/admin/uploads', () => {
  it('tells those that go on from those that are quiet, those given up and those that cannot finish', async () => {
    const id = await startUpload('docs', 500, 'some');
    expect(await uploads()).toMatchObject({
      uploads: [{ id, bucket: 'docs', owner_id: 'ada', length: 500, offset: 4, state: 'active' }],
      total: 1,
    });
    now += 6 * 60_000;
    expect((await uploads('?state=stalled')).total).toBe(1);
    expect((await uploads('?state=active')).total).toBe(0);
    expect((await uploads('?bucket=logs')).total).toBe(0);
    now += 24 * 3_600_000;
    expect((await uploads()).uploads[0]?.state).toBe('expired');
    expect((await stats()).uploads).toMatchObject({ active: 0, expired: 1 });
    tamper(
      `UPDATE _alyx_uploads SET offset = length, mime_type = 'text/plain', checksum = 'c' WHERE id = ?`,
      id,
    );
    expect((await stats()).problems).toMatchObject([{ code: 'UPLOADS_STUCK', subject: 'docs', count: 1 }]);
  });
});

describe('GET /api/admin/files', () => {
  const names = async (query: string) => (await files(query)).files.map(({ name }) => name);
  let kept: FileJson;

  beforeEach(async () => {
    kept = await store(app, 'docs', 'note.txt', 'one', { as: 'ada' });
    now += 1;
    await store(app, 'logs', 'note.log', 'two', { as: 'bob' });
    now += 1;
    await store(app, 'logs', 'data.json', '{"a": 1}', { as: 'ada' });
  });

  it('looks across all buckets', async () => {
    expect(await names('')).toEqual(['data.json', 'note.log', 'note.txt']);
    expect((await files()).total).toBe(3);
    expect(await names('?bucket=logs&sort=name')).toEqual(['data.json', 'note.log']);
    expect(await names('?search=NOTE')).toEqual(['note.log', 'note.txt']);
    expect(await names('?owner_id=ada')).toEqual(['data.json', 'note.txt']);
    expect(await names('?owner_id=ada&bucket=docs')).toEqual(['note.txt']);
    expect(await names('?mime_type=application/*')).toEqual(['data.json']);
  });

  it('pages by cursor', async () => {
    const first = await files('?limit=2');
    expect(first.total).toBe(3);
    expect(await names(`?limit=2&cursor=${String(first.next_cursor)}`)).toEqual(['note.txt']);
  });

  it('finds files whose bytes are gone', async () => {
    tamper('UPDATE _alyx_files SET bytes_missing = 1 WHERE id = ?', kept.id);
    const { files: missing, total } = await files('?missing=true');
    expect(total).toBe(1);
    expect(missing[0]).toEqual({ ...kept, backend: 'local', bytes_missing: true });
    expect((await files('?missing=false')).total).toBe(3);
  });

  it('knows which records refer to a file', async () => {
    tamper(`INSERT INTO _alyx_file_references VALUES (?, 'posts', 'p1', 'cover')`, kept.id);
    const path = `files/${kept.id}/references`;
    expect(fileReferencesShape.parse(await ask(path))).toEqual({
      references: [{ collection: 'posts', id: 'p1', field: 'cover' }],
    });
    const unknown = await app.request('/api/admin/files/nope/references', { as: 'root', role: 'admin' });
    expect(await refusal(unknown)).toMatchObject({ status: 404, code: 'FILE_NOT_FOUND' });
  });
});
