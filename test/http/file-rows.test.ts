import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOf, openBucket, OPEN_RULES, refusal, store, type FileJson } from '../support/files-api.ts';
import { leftovers } from '../support/leftovers.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const SCHEMA = `${openBucket()}  other: { backend: local, rules: ${OPEN_RULES} }\n`;
const ABSENT = '01890000-0000-7000-8000-000000000000';

let app: TestApp;
let now = Date.parse('2026-01-01T00:00:00Z');
beforeAll(async () => (app = await startApp({ schema: SCHEMA, clock: () => now })));
afterAll(() => app.dispose());

let counter = 0;
const create = (content = 'x') => store(app, 'docs', `file-${(counter += 1)}.txt`, content);
const at = ({ id }: Pick<FileJson, 'id'>) => `/api/files/docs/${id}`;
const patch = (file: Pick<FileJson, 'id'>, body: unknown, headers = {}) =>
  app.request(at(file), {
    method: 'PATCH',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });

describe('GET', () => {
  it('shows the file with an entity tag of its own, and without a word on where its bytes lie', async () => {
    const file = await create();
    const response = await app.request(at(file));
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe(`"${file.id}.1"`);
    const text = await response.text();
    expect(JSON.parse(text)).toEqual(file);
    expect(text).not.toMatch(/backend|object_key|storage|local/);
  });

  it.each([
    ['an id nobody has', ABSENT],
    ['no id at all', 'nonsense'],
    ['an encoded path', '..%2f..%2fetc%2fpasswd'],
    ['NUL', '%00'],
  ])('finds nothing under %s', async (_, id) => {
    expect(await refusal(await app.request(at({ id })))).toMatchObject({
      status: 404,
      code: 'FILE_NOT_FOUND',
    });
  });

  it('finds nothing under an id of another bucket', async () => {
    const { id } = await store(app, 'other', 'x', 'x');
    for (const path of ['', '/download', '/view']) {
      const response = await app.request(`${at({ id })}${path}`);
      expect(await refusal(response)).toMatchObject({ status: 404, code: 'FILE_NOT_FOUND' });
    }
    expect((await app.request(at({ id }), { method: 'DELETE' })).status).toBe(404);
    expect((await patch({ id }, { name: 'mine' })).status).toBe(404);
  });
});

describe('GET by many at once', () => {
  /** So many that the row is kept in memory. */
  const MANY = 1_500;
  const namesToldToMany = async (file: FileJson) => {
    const told = await Promise.all(
      Array.from({ length: MANY }, async () => fileOf(await app.request(at(file)))),
    );
    return new Set(told.map(({ name }) => name));
  };

  it('shows all of them the file as it is, again after each change', async () => {
    const file = await create();
    expect(await namesToldToMany(file)).toEqual(new Set([file.name]));
    await patch(file, { name: 'by-us.txt' });
    expect(await namesToldToMany(file)).toEqual(new Set(['by-us.txt']));
    const database = new BetterSqlite3(join(app.folder, 'data/alyx.db'));
    database.prepare('UPDATE _alyx_files SET name = ? WHERE id = ?').run('by-others.txt', file.id);
    database.close();
    expect(await namesToldToMany(file)).toEqual(new Set(['by-others.txt']));
    await app.request(at(file), { method: 'DELETE' });
    const gone = await Promise.all(Array.from({ length: 30 }, async () => app.request(at(file))));
    expect(new Set(gone.map(({ status }) => status))).toEqual(new Set([404]));
  });
});

describe('PATCH', () => {
  it('changes what it names, leaves the rest, and counts', async () => {
    const file = await create();
    now += 60_000;
    const response = await patch(file, { name: 'new.txt', metadata: { a: [1, null] } });
    expect(response.status).toBe(200);
    const changed = await fileOf(response);
    const { name, metadata, version, updated_at } = changed;
    expect({ name, metadata, version }).toEqual({ name: 'new.txt', metadata: { a: [1, null] }, version: 2 });
    expect(changed).toEqual({ ...file, name, metadata, version, updated_at });
    expect(Date.parse(updated_at)).toBe(now);
    expect(response.headers.get('etag')).toBe(`"${file.id}.2"`);
    expect(await fileOf(await app.request(at(file)))).toEqual(changed);
  });

  it('leaves the bytes and their tag as they are', async () => {
    const file = await create('content');
    const before = await app.request(`${at(file)}/download`);
    await patch(file, { name: 'renamed.html' });
    const after = await app.request(`${at(file)}/download`);
    expect(await after.text()).toBe('content');
    expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
    expect(after.headers.get('last-modified')).toBe(before.headers.get('last-modified'));
    expect(after.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  it.each([
    ['a name with a slash', { name: 'a/b' }, 400, 'INVALID_NAME'],
    ['a path with an empty part', { path: 'a//b' }, 400, 'INVALID_PATH'],
    ['metadata that is a string', { metadata: 'x' }, 400, 'INVALID_METADATA'],
    ['metadata that is null', { metadata: null }, 400, 'INVALID_METADATA'],
    ['metadata over 16 KiB', { metadata: { x: 'y'.repeat(17_000) } }, 400, 'INVALID_METADATA'],
    [
      'rules where the bucket does not let files have any',
      { metadata: { rules: { read: 'true' } } },
      400,
      'INVALID_RULE',
    ],
    ['a number for a name', { name: 7 }, 400, 'VALIDATION_ERROR'],
    ['a field that cannot be changed', { mime_type: 'text/html' }, 400, 'VALIDATION_ERROR'],
    ['an owner', { owner_id: 'me' }, 400, 'VALIDATION_ERROR'],
    ['a list', [], 400, 'VALIDATION_ERROR'],
  ])('refuses %s, and changes nothing', async (_, body, status, code) => {
    const file = await create();
    expect(await refusal(await patch(file, body))).toMatchObject({ status, code });
    expect(await fileOf(await app.request(at(file)))).toEqual(file);
  });

  it('names the field that is wrong', async () => {
    const { details } = await refusal(await patch(await create(), { name: 7, colour: 'red' }));
    expect(details).toEqual([
      expect.objectContaining({ field: 'name', code: 'invalid_type' }),
      expect.objectContaining({ field: 'colour', code: 'unknown' }),
    ]);
  });

  it('refuses a path that is taken', async () => {
    const [one, two] = [await create(), await create()];
    expect(await refusal(await patch(two, { path: one.path }))).toMatchObject({
      status: 409,
      code: 'FILE_EXISTS',
    });
  });

  it('with If-Match changes only what the client has seen', async () => {
    const file = await create();
    const stale = { status: 412, code: 'PRECONDITION_FAILED' };
    const first = `"${file.id}.1"`;
    expect((await patch(file, { name: 'two' }, { 'if-match': `"other", ${first}` })).status).toBe(200);
    expect(await refusal(await patch(file, { name: 'three' }, { 'if-match': first }))).toMatchObject(stale);
    expect(
      await refusal(await patch(file, { name: 'three' }, { 'if-match': `W/"${file.id}.2"` })),
    ).toMatchObject(stale);
    expect(await refusal(await patch(file, { name: 'three' }, { 'if-match': 'nonsense' }))).toMatchObject(
      stale,
    );
    expect((await patch(file, { name: 'three' }, { 'if-match': '*' })).status).toBe(200);
  });

  it('loses no update of many at once', async () => {
    const file = await create();
    const patches = Array.from({ length: 10 }, (_, i) => patch(file, { metadata: { i } }));
    expect(new Set((await Promise.all(patches)).map(({ status }) => status))).toEqual(new Set([200]));
    expect((await fileOf(await app.request(at(file)))).version).toBe(11);
  });
});

describe('DELETE', () => {
  it('removes row and bytes, once', async () => {
    const before = await leftovers(app);
    const file = await create();
    const first = await app.request(at(file), { method: 'DELETE' });
    expect([first.status, await first.text()]).toEqual([204, '']);
    expect(await refusal(await app.request(at(file), { method: 'DELETE' }))).toMatchObject({
      status: 404,
      code: 'FILE_NOT_FOUND',
    });
    expect((await app.request(`${at(file)}/download`)).status).toBe(404);
    expect(await leftovers(app)).toEqual(before);
  });

  it('with If-Match removes only what the client has seen', async () => {
    const file = await create();
    await patch(file, { name: 'changed' });
    const remove = (tag: string) => app.request(at(file), { method: 'DELETE', headers: { 'if-match': tag } });
    expect((await remove(`"${file.id}.1"`)).status).toBe(412);
    expect((await remove(`"${file.id}.2"`)).status).toBe(204);
  });

  it('lets a download that runs come to its end', async () => {
    const content = Buffer.alloc(8_000_000, 'x');
    const file = await store(app, 'docs', 'running', content);
    const download = await app.request(`${at(file)}/download`);
    expect((await app.request(at(file), { method: 'DELETE' })).status).toBe(204);
    expect((await download.arrayBuffer()).byteLength).toBe(content.length);
  });
});

describe('batch-delete', () => {
  const batch = (body: unknown) =>
    app.request('/api/files/docs/batch-delete', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });

  it('removes what it can and says of each other one why not', async () => {
    const [one, two] = [await create(), await create()];
    const foreign = await store(app, 'other', 'foreign', 'x');
    const response = await batch({ ids: [one.id, ABSENT, two.id, one.id, foreign.id, 'nonsense'] });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      deleted: [one.id, two.id],
      failed: [ABSENT, foreign.id, 'nonsense'].map((id) => ({
        id,
        code: 'FILE_NOT_FOUND',
        error: 'There is no such file in this bucket.',
      })),
    });
  });

  it.each([
    ['no ids', {}],
    ['an empty list', { ids: [] }],
    ['ids that are no text', { ids: [1] }],
    ['more than 1000', { ids: Array.from({ length: 1001 }, () => ABSENT) }],
    ['anything besides', { ids: [ABSENT], force: true }],
  ])('refuses %s', async (_, body) => {
    expect(await refusal(await batch(body))).toMatchObject({ status: 400, code: 'VALIDATION_ERROR' });
  });
});
