import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { list, names, OPEN_RULES, refusal, store, type FileJson } from '../support/files-api.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const SCHEMA = `
buckets:
  docs: { backend: local, rules: ${OPEN_RULES} }
  mine: { backend: local, rules: { create: "true", read: "auth.id == file.owner_id" } }
  own: { backend: local, file_security: true, rules: { create: "true", read: "auth.id == file.owner_id" } }
  hidden: { backend: local, rules: { create: "true" } }
  small: { backend: local, rules: { create: "true", read: "file.size in [1, 2] || file.size == 4" } }
  members: { backend: local, rules: { create: "true", read: "auth.id != null" } }
  empty: { backend: local, rules: ${OPEN_RULES} }
`;
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const GIF = Buffer.from('GIF89a');
/** Written in this order, a second apart; sizes and names are ordered otherwise. */
const FILES: readonly (readonly [name: string, content: string | Buffer])[] = [
  ['delta.txt', '1'],
  ['alpha.txt', '333'],
  ['Charlie.png', PNG],
  ['bravo.gif', GIF],
  ['100%_sure.txt', '22'],
  ['ümlaut.txt', '22'],
];

let app: TestApp;
let now = Date.parse('2026-01-01T00:00:00Z');
beforeAll(async () => {
  app = await startApp({ schema: SCHEMA, clock: () => now });
  for (const [name, content] of FILES) {
    await store(app, 'docs', name, content);
    now += 1000;
  }
});
afterAll(() => app.dispose());

/** Follows next_cursor to the end. */
async function pages(bucket: string, query: string, as?: string): Promise<FileJson[][]> {
  const found: FileJson[][] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await list(
      app,
      bucket,
      `?${query}${cursor === '' ? '' : `&cursor=${cursor}`}`,
      as === undefined ? {} : { as },
    );
    found.push([...page.files]);
    cursor = page.next_cursor;
  }
  return found;
}

describe('a list', () => {
  it('holds the newest first, and what it is a page of', async () => {
    const page = await list(app, 'docs');
    expect(names(page)).toEqual(FILES.map(([name]) => name).reverse());
    expect(page).toMatchObject({ total: 6, limit: 50, offset: 0, next_cursor: null });
    expect(Object.keys(page)).toEqual(['files', 'total', 'limit', 'offset', 'next_cursor']);
  });

  it('of nothing is empty', async () => {
    expect(await list(app, 'empty')).toEqual({
      files: [],
      total: 0,
      limit: 50,
      offset: 0,
      next_cursor: null,
    });
  });

  it.each([
    ['created_at', ['delta.txt', 'alpha.txt', 'Charlie.png', 'bravo.gif', '100%_sure.txt', 'ümlaut.txt']],
    ['name', ['100%_sure.txt', 'Charlie.png', 'alpha.txt', 'bravo.gif', 'delta.txt', 'ümlaut.txt']],
    ['-name', ['ümlaut.txt', 'delta.txt', 'bravo.gif', 'alpha.txt', 'Charlie.png', '100%_sure.txt']],
    ['size', ['delta.txt', '100%_sure.txt', 'ümlaut.txt', 'alpha.txt', 'bravo.gif', 'Charlie.png']],
    ['-size', ['Charlie.png', 'bravo.gif', 'alpha.txt', 'ümlaut.txt', '100%_sure.txt', 'delta.txt']],
  ])('sorted by %s, whole and in pages', async (sort, expected) => {
    expect(names(await list(app, 'docs', `?sort=${sort}`))).toEqual(expected);
    for (const limit of [1, 2, 4, 5]) {
      const walked = await pages('docs', `sort=${sort}&limit=${limit}`);
      expect(walked.flat().map(({ name }) => name)).toEqual(expected);
      expect(walked).toHaveLength(Math.ceil(expected.length / limit));
    }
    const byOffset = await Promise.all(
      [0, 2, 4].map((offset) => list(app, 'docs', `?sort=${sort}&limit=2&offset=${offset}`)),
    );
    expect(byOffset.flatMap(names)).toEqual(expected);
  });

  it.each([
    ['search=txt', 4],
    ['search=ALPHA', 1],
    ['search=%25_', 1],
    ['search=_', 1],
    ['search=u%CC%88mlaut', 1],
    ['search=%00', 0],
    ['search=txt%00zzz', 0],
    [`search=${encodeURIComponent(`'; DROP TABLE _alyx_files; --`)}`, 0],
    ['mime_type=image/png', 1],
    ['mime_type=image/*', 2],
    ['mime_type=IMAGE/*', 2],
    ['mime_type=text/plain&search=a', 3],
    ['offset=5', 1],
    ['offset=1000', 0],
  ])('with %s', async (query, expected) => {
    const page = await list(app, 'docs', `?${query}`);
    expect(page.files).toHaveLength(expected);
    expect(page.total).toBe(query.startsWith('offset') ? 6 : expected);
  });

  it('skips and repeats nothing when files come and go between pages', async () => {
    const first = await list(app, 'docs', '?limit=3');
    const newcomer = await store(app, 'docs', 'newcomer.txt', 'x');
    const rest = await list(app, 'docs', `?limit=10&cursor=${String(first.next_cursor)}`);
    expect([...names(first), ...names(rest)]).toEqual(FILES.map(([name]) => name).reverse());
    await app.request(`/api/files/docs/${newcomer.id}`, { method: 'DELETE' });
  });

  const cursor = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  const ID = '01890000-0000-7000-8000-000000000000';
  it.each([
    ['limit=0'],
    ['limit=1001'],
    ['limit=-1'],
    ['limit=ten'],
    ['limit='],
    ['limit=1.5'],
    ['offset=-1'],
    ['sort=colour'],
    ['sort=name;DROP'],
    ['sort=--name'],
    ['mime_type=image'],
    ['mime_type=*/*x'],
    ['colour=red'],
    ['limit=5&limit=6'],
    ['cursor=nonsense'],
    [`cursor=${cursor('name', 'x', ID)}`],
    [`cursor=${cursor('-created_at', 'x', ID)}`],
    [`cursor=${cursor('-created_at', 1, "' OR 1=1")}`],
    [`cursor=${cursor('-created_at', 1, ID)}&offset=2`],
    [`cursor=${cursor('-created_at', { toString: 1 }, ID)}`],
  ])('refuses %s', async (query) => {
    const response = await app.request(`/api/files/docs?${query}`);
    expect(await refusal(response)).toMatchObject({ status: 400, code: 'INVALID_QUERY' });
  });

  it('answers HEAD as GET, and with a trailing slash', async () => {
    const response = await app.request('/api/files/docs/', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect((await app.request('/api/files/docs/?limit=1')).status).toBe(200);
  });
});

describe('a list under a rule', () => {
  const OWNERS = ['anna', 'ben', 'anna', undefined, 'anna', 'ben', 'anna'];
  const rules = encodeURIComponent(JSON.stringify({ rules: { read: 'auth.id == "ben"' } }));
  beforeAll(async () => {
    for (const bucket of ['mine', 'own']) {
      for (const [index, as] of OWNERS.entries()) {
        await store(app, bucket, `${index}.txt`, 'x', as === undefined ? {} : { as });
        now += 1000;
      }
    }
    await store(app, 'own', 'shared.txt', 'x', { as: 'anna', query: `&metadata=${rules}` });
  });

  it.each([
    ['mine', 'anna', ['0.txt', '2.txt', '4.txt', '6.txt']],
    ['mine', 'ben', ['1.txt', '5.txt']],
    ['mine', 'carl', []],
    ['own', 'anna', ['0.txt', '2.txt', '4.txt', '6.txt']],
    ['own', 'ben', ['1.txt', '5.txt', 'shared.txt']],
  ])('of %s holds what %s may read, and counts that', async (bucket, as, expected) => {
    const page = await list(app, bucket, '?sort=name', { as });
    expect(names(page)).toEqual(expected);
    expect(page.total).toBe(expected.length);
    for (const limit of [1, 2, 3]) {
      const walked = await pages(bucket, `sort=name&limit=${limit}`, as);
      expect(walked.flat().map(({ name }) => name)).toEqual(expected);
    }
    const second = await list(app, bucket, '?sort=name&limit=1&offset=1', { as });
    expect(names(second)).toEqual(expected.slice(1, 2));
    expect(second.total).toBe(expected.length);
  });

  it('may compare with whole numbers', async () => {
    for (const content of ['1', '22', '333', '4444']) await store(app, 'small', `${content}.txt`, content);
    const page = await list(app, 'small', '?sort=size');
    expect([names(page), page.total]).toEqual([['1.txt', '22.txt', '4444.txt'], 3]);
  });

  it('counts anew after every change, by other processes too', async () => {
    const total = async () => (await list(app, 'mine', '', { as: 'dora' })).total;
    expect([await total(), await total()]).toEqual([0, 0]);
    const { id } = await store(app, 'mine', 'new.txt', 'x', { as: 'dora' });
    expect([await total(), await total()]).toEqual([1, 1]);
    const other = new BetterSqlite3(join(app.folder, 'data/alyx.db'));
    other.prepare(`UPDATE _alyx_files SET owner_id = 'anna' WHERE id = ?`).run(id);
    expect(await total()).toBe(0);
    other.prepare(`UPDATE _alyx_files SET owner_id = 'dora' WHERE id = ?`).run(id);
    other.close();
    expect(await total()).toBe(1);
    await app.request(`/api/files/mine/${id}`, { method: 'DELETE', as: 'root', role: 'admin' });
    expect(await total()).toBe(0);
  });

  it('holds everything for an admin', async () => {
    expect((await list(app, 'mine', '', { as: 'root', role: 'admin' })).total).toBe(OWNERS.length);
    expect((await list(app, 'own', '', { as: 'root', role: 'admin' })).total).toBe(OWNERS.length + 1);
  });

  it('holds no ownerless file for an anonymous caller', async () => {
    expect(await list(app, 'own')).toMatchObject({ files: [], total: 0 });
    expect(await list(app, 'mine')).toMatchObject({ files: [], total: 0 });
  });

  it('is refused where the rule lets nobody read, or not this caller', async () => {
    expect(await refusal(await app.request('/api/files/hidden'))).toMatchObject({
      status: 401,
      code: 'UNAUTHORIZED',
    });
    expect(await refusal(await app.request('/api/files/hidden', { as: 'anna' }))).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
    });
    expect(await refusal(await app.request('/api/files/members'))).toMatchObject({
      status: 401,
      code: 'UNAUTHORIZED',
    });
    expect((await app.request('/api/files/members', { as: 'anna' })).status).toBe(200);
  });
});
