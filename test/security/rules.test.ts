import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  list,
  OPEN_RULES,
  put,
  refusal,
  store,
  type FileJson,
  type RequestOptions,
} from '../support/files-api.ts';
import { file, form } from '../support/form.ts';
import { leftovers } from '../support/leftovers.ts';
import { listOf, make, send } from '../support/records-api.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { startApp, type TestApp } from '../support/test-app.ts';
import { create, uploadMetadata } from '../support/tus.ts';

const OWNERS = `{ create: "true", read: auth.id == file.owner_id, update: auth.id == file.owner_id, download: auth.id == file.owner_id, delete: auth.id == file.owner_id }`;
const schema = `
buckets:
  closed: { backend: local }
  open: { backend: local, rules: ${OPEN_RULES} }
  owned: { backend: local, rules: ${OWNERS} }
  own-rules: { backend: local, file_security: true, rules: ${OWNERS} }
  flagged: { backend: local, rules: { create: "true", read: "file.metadata.public == true", download: "has(file.metadata.constructor)", update: "true" } }
  local-only: { backend: local, rules: { create: "true", read: 'request.ip == "10.1.2.3"', update: 'request.method == "GET"', delete: 'request.method == "GET"' } }
  twins: { backend: local, rules: { read: "true", delete: "true" } }
collections:
  twins: { fields: { id: { type: id, primary: true } }, rules: { create: "true" } }
  closed: { fields: { id: { type: id, primary: true } } }
  diaries:
    fields:
      id: { type: id, primary: true }
      title: { type: string }
      owner: { type: string, nullable: true }
      data: { type: json, nullable: true }
      page: { type: file, nullable: true, file: { bucket: open } }
    rules: { create: "true", read: "auth.id == doc.owner || doc.data.public == true", update: "auth.id == doc.owner", delete: "auth.id == doc.owner" }
  notes: { fields: { id: { type: id, primary: true }, diary: { type: relation, nullable: true, relation: { collection: diaries } } }, rules: { create: "true", read: "true" } }
`;

const ADMIN = { as: 'root', role: 'admin' };
const UUID = '01890000-0000-7000-8000-000000000000';
const json = (body: unknown): RequestInit => ({
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});
const query = (metadata: unknown): string => `&metadata=${encodeURIComponent(JSON.stringify(metadata))}`;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ schema });
});
afterAll(() => app.dispose());

/** Everybody who is no admin, some of whom look like one. */
const STRANGERS: readonly (readonly [string, RequestOptions])[] = [
  ['an anonymous caller', {}],
  ['a user', { as: 'ann' }],
  ['a user called admin', { as: 'admin' }],
  ['a user of the role Admin', { as: 'ann', role: 'Admin' }],
  ['a user of the role "admin "', { as: 'ann', role: 'admin ' }],
  ['a caller whose headers say so', { headers: { 'x-role': 'admin', 'x-user-id': 'root', cookie: 'role=admin' } }], // prettier-ignore
];

describe('where a rule is missing', () => {
  it.each(STRANGERS)('%s gets nowhere, by any address', async (_, who) => {
    const kept = await store(app, 'closed', `${crypto.randomUUID()}.txt`, 'x', ADMIN);
    const before = await leftovers(app);
    const requests: readonly (readonly [string, RequestInit?])[] = [
      ['/api/files/closed'],
      ['/api/files/closed/'],
      ['/api/files/%63losed?limit=1'],
      ['/api/files/closed', { method: 'HEAD' }],
      ['/api/files/closed?name=a', { method: 'PUT', body: 'x' }],
      ['/api/files/closed', { method: 'POST', ...form(file('x')) }],
      [`/api/files/closed/${kept.id}`],
      [`/api/files/closed/${kept.id}`, { method: 'PATCH', ...json({ name: 'b' }) }],
      [`/api/files/closed/${kept.id}`, { method: 'DELETE' }],
      [`/api/files/closed/${kept.id}/download`],
      [`/api/files/closed/${kept.id}/view`, { method: 'HEAD' }],
      [`/api/files/closed/${kept.id}/download?token=x.y.z`],
      [`/api/files/closed/${kept.id}/sign`],
      [`/api/collections/closed`],
      [`/api/collections/closed`, { method: 'POST', ...json({ id: 'a' }) }],
      [`/api/collections/closed/a`],
      [`/api/collections/closed/a`, { method: 'PATCH', ...json({}) }],
      [`/api/collections/closed/a`, { method: 'PUT', ...json({ id: 'a' }) }],
      [`/api/collections/closed/a`, { method: 'DELETE' }],
    ];
    for (const [path, init] of requests) {
      const headers = { ...(init?.headers as object), ...(who.headers as object) };
      const response = await app.request(path, { ...init, ...who, headers });
      expect([401, 403], `${init?.method ?? 'GET'} ${path}`).toContain(response.status);
    }
    expect([401, 403]).toContain((await create(app, 1, { bucket: 'closed', ...who } as never)).status);
    const batch = {
      method: 'POST',
      ...json({ ids: [kept.id] }),
      ...(who.as === undefined ? {} : { as: who.as }),
    };
    expect(await (await app.request('/api/files/closed/batch-delete', batch)).json()).toMatchObject({ deleted: [] }); // prettier-ignore
    expect(await leftovers(app)).toEqual(before);
  });

  it('a file is not reached through another bucket either', async () => {
    const kept = await store(app, 'closed', 'elsewhere.txt', 'x', ADMIN);
    for (const [path, init] of [
      [`/${kept.id}`],
      [`/${kept.id}`, { method: 'PATCH', ...json({ metadata: {} }) }],
      [`/${kept.id}`, { method: 'DELETE' }],
      [`/${kept.id}/download`],
      [`/${kept.id}/sign`],
      [`/..%2Fclosed%2F${kept.id}/download`],
    ] as readonly (readonly [string, RequestInit?])[]) {
      expect((await app.request(`/api/files/open${path}`, { ...init, as: 'ann' })).status).toBe(404);
    }
    const refused = await refusal(await send(app, 'POST', '/diaries', { title: 'x', page: kept.id }));
    expect(refused).toMatchObject({ status: 400, code: 'FILE_NOT_FOUND' });
  });
});

describe('one rule that does not compile', () => {
  it.each([
    'buckets: { a: { backend: local, rules: { create: "true", read: "auth.id ==" } } }',
    'buckets: { a: { backend: local, rules: { read: "auth.id" } } }',
    'buckets: { a: { backend: local, rules: { download: "auth.rolle == \'x\'" } } }',
    'buckets: { a: { backend: local, rules: { read: "true" } } }\ncollections: { c: { fields: { id: { type: id, primary: true } }, rules: { read: "true", delete: "doc.nope == 1" } } }',
    'buckets: { a: { backend: local, rules: { read: "true @ # $" } } }',
    'buckets: { a: { backend: local, rules: { raed: "true" } } }',
  ])('keeps the server from starting, instead of counting as no rule at all: %s', async (bad) => {
    const folder = makeTempFolder();
    await expect(startApp({ schema: `${bad}\n`, folder: folder.path })).rejects.toThrow();
    folder.remove();
  });
});

describe('a bucket and a collection of one name', () => {
  it('lend each other nothing', async () => {
    expect((await put(app, 'twins', 'a', 'x', { as: 'ann' })).status).toBe(403);
    expect((await send(app, 'POST', '/twins', { id: 'a' }, { as: 'ann' })).status).toBe(201);
    expect((await app.request('/api/files/twins', { as: 'ann' })).status).toBe(200);
    expect((await app.request('/api/collections/twins', { as: 'ann' })).status).toBe(403);
    expect((await app.request('/api/collections/twins/a', { as: 'ann' })).status).toBe(403);
    expect((await send(app, 'DELETE', '/twins/a', undefined, { as: 'ann' })).status).toBe(403);
  });
});

describe('what an uploader sends', () => {
  const OPENING = { read: 'true', download: 'true', update: 'true', delete: 'true' };

  it.each(['owned', 'flagged'])('brings no rules into %s, by any way in', async (bucket) => {
    const before = await leftovers(app);
    const refused = [
      await put(app, bucket, 'a', 'x', { query: query({ rules: OPENING }) }),
      await put(app, bucket, 'a', 'x', { query: query({ rules: null }) }),
      await app.request(`/api/files/${bucket}`, { method: 'POST', ...form({ name: 'metadata', content: JSON.stringify({ rules: OPENING }) }, file('x')) }), // prettier-ignore
      await create(app, 1, { bucket, metadata: { metadata: JSON.stringify({ rules: OPENING }) } }),
      await create(app, 1, { bucket, metadata: { rules: 'true' } }),
      await create(app, 1, { bucket, headers: { 'upload-metadata': `${uploadMetadata({ metadata: '{}' })},rules` } }), // prettier-ignore
    ];
    for (const response of refused) {
      expect(await refusal(response)).toMatchObject({ status: 400, code: 'INVALID_RULE' });
    }
    expect(await leftovers(app)).toEqual(before);
  });

  it('brings none by a later change', async () => {
    const kept = await store(app, 'flagged', 'later', 'x', { as: 'ann' });
    const change = { method: 'PATCH', ...json({ metadata: { rules: OPENING } }), as: 'ann' };
    const refused = await refusal(await app.request(`/api/files/flagged/${kept.id}`, change));
    expect(refused).toMatchObject({ status: 400, code: 'INVALID_RULE' });
  });

  it('makes nobody the owner of a file, or its bucket another', async () => {
    const claims = { owner_id: 'ben', ownerId: 'ben', bucket: 'open', id: UUID, version: 9 };
    const kept = await store(app, 'owned', 'claims', 'x', { as: 'ann', query: query(claims) });
    expect(kept).toMatchObject({ owner_id: 'ann', bucket: 'owned', version: 1 });
    expect(kept.id).not.toBe(UUID);
    expect((await app.request(`/api/files/owned/${kept.id}`, { as: 'ben' })).status).toBe(403);
    for (const parameter of ['owner_id=ben', 'bucket=open', `id=${UUID}`]) {
      const path = `/api/files/owned?name=b&${parameter}`;
      const response = await app.request(path, { method: 'PUT', body: 'x', as: 'ann' });
      if (response.status === 201) expect(((await response.json()) as FileJson).owner_id).toBe('ann');
      else expect(response.status).toBe(400);
    }
    const change = { method: 'PATCH', ...json({ owner_id: 'ben' }), as: 'ann' };
    expect((await app.request(`/api/files/owned/${kept.id}`, change)).status).toBe(400);
  });

  it.each([
    '{"__proto__":{"public":true}}',
    '{"constructor":{"prototype":{"public":true}}}',
    '{"prototype":{"public":true}}',
    '{"public":"true"}',
    '{"public":1}',
    '{"public":[true]}',
    '{"Public":true}',
  ])('passes for true only where it is true: %s', async (metadata) => {
    const name = crypto.randomUUID();
    const path = `/api/files/flagged?name=${name}&metadata=${encodeURIComponent(metadata)}`;
    const response = await app.request(path, { method: 'PUT', body: 'x' });
    if (response.status !== 201) {
      expect((await refusal(response)).code).toBe('INVALID_METADATA');
      return;
    }
    const { id } = (await response.json()) as FileJson;
    expect((await app.request(`/api/files/flagged/${id}`)).status).toBe(401);
    expect((await app.request(`/api/files/flagged/${id}/download`)).status).toBe(401);
    expect(await list(app, 'flagged')).toMatchObject({ total: 0, files: [] });
    expect(({} as Record<string, unknown>)['public']).toBeUndefined();
  });
});

describe('what a request claims about itself', () => {
  it('changes neither its address nor its method in the eyes of a rule', async () => {
    const kept = await store(app, 'local-only', 'a', 'x');
    const headers = {
      'x-forwarded-for': '10.1.2.3',
      'x-real-ip': '10.1.2.3',
      forwarded: 'for=10.1.2.3',
      'x-http-method-override': 'GET',
      'x-method-override': 'GET',
    };
    const path = `/api/files/local-only/${kept.id}`;
    expect((await app.request(path, { headers })).status).toBe(401);
    expect((await app.request(path, { method: 'DELETE', headers })).status).toBe(401);
    const change = { method: 'PATCH', body: '{"name":"b"}', headers: { ...headers, 'content-type': 'application/json' } }; // prettier-ignore
    expect((await app.request(path, change)).status).toBe(401);
  });
});

describe('nobody’s file and nobody’s record', () => {
  it('belong to nobody, least of all to those who are nobody', async () => {
    const orphan = await store(app, 'owned', 'orphan', 'x');
    const { id } = await make(app, 'diaries', { title: 'orphan' });
    for (const who of [{}, { as: 'null' }, { as: 'undefined' }, { as: 'None' }]) {
      for (const path of ['', '/download', '/sign']) {
        expect((await app.request(`/api/files/owned/${orphan.id}${path}`, who)).ok).toBe(false);
      }
      expect((await app.request(`/api/collections/diaries/${String(id)}`, who)).ok).toBe(false);
      expect((await send(app, 'DELETE', `/diaries/${String(id)}`, undefined, who)).ok).toBe(false);
      expect((await list(app, 'owned', '', who)).total).toBe(0);
      expect((await listOf(app, '/diaries', who)).total).toBe(0);
    }
  });
});

describe('a file’s own rules', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  it.each([
    [
      'a walk over a list for each of its items',
      'file.metadata.list.all(x, file.metadata.list.all(y, x == y))',
    ],
    ['lists inside lists', `file.metadata.a.exists(x, x.exists(y, true))`],
    ['many long texts', Array<string>(60).fill('file.metadata.t.contains("x")').join(' || ')],
    ['a pattern built from what the file says', 'file.name.matches(file.metadata.pattern)'],
    ['a pattern of enormous repetition', 'file.name.matches("((a{1,1000}){1,1000}){1,1000}")'],
    ['a list as deep as a well', `size(${nested(40)}) == 0`],
    ['negations without end', `${'!'.repeat(300)}true`],
    ['a chain of conditions', `${'true ? '.repeat(60)}true${' : false'.repeat(60)}`],
    ['more text than is taken', `"${'x'.repeat(1000)}" == file.name`],
    ['comprehensions that build', '[1,2,3].map(x, [x, x]).map(x, [x, x]).size() > 0'],
    ['functions that do not exist', 'eval("1") == 1'],
    ['the machinery underneath', 'auth.constructor.constructor("return process")() == null'],
    ['a prototype', 'auth.__proto__ == null'],
    ['the collection’s variables', 'doc.owner == auth.id'],
    ['two rules in one', 'true; true'],
  ])('cannot be %s', async (_, rule) => {
    const response = await put(app, 'own-rules', 'evil', 'x', { as: 'ann', query: query({ rules: { read: rule } }) }); // prettier-ignore
    expect(await refusal(response)).toMatchObject({ status: 400, code: 'INVALID_RULE', details: { rule: 'read' } }); // prettier-ignore
  });

  it.each([
    ['matches("^(a+)+$")', `${'a'.repeat(250)}!`],
    ['matches("(x+x+)+y")', 'x'.repeat(250)],
    ['matches("(.*a){20}")', 'a'.repeat(250)],
  ])('that ask for %s are answered at once', async (call, name) => {
    const rules = { read: `file.name.${call}`, download: 'false' };
    const kept = await store(app, 'own-rules', name, 'x', { as: 'ann', query: query({ rules }) });
    const seen = await app.request(`/api/files/own-rules/${kept.id}`, { as: 'ben' });
    expect([200, 403]).toContain(seen.status);
    await app.request(`/api/files/own-rules/${kept.id}`, { method: 'DELETE', ...ADMIN });
  });

  it('are written by whoever passes update, and by nobody else', async () => {
    const rules = { read: 'auth.id == "ben"', download: 'auth.id == "ben"' };
    const kept = await store(app, 'own-rules', 'shared', 'x', { as: 'ann', query: query({ rules }) });
    const path = `/api/files/own-rules/${kept.id}`;
    const widen = { method: 'PATCH', ...json({ metadata: { rules: { read: 'true' } } }) };
    for (const who of [{}, { as: 'ben' }, { as: 'carl' }]) {
      expect((await app.request(path, { ...widen, ...who })).ok).toBe(false);
    }
    expect((await app.request(path, { as: 'ann' })).status).toBe(403);
    expect((await app.request(path, { ...widen, as: 'ann' })).status).toBe(200);
    expect((await app.request(path)).status).toBe(200);
  });

  it('shut no admin out, and what they no longer say is the bucket’s to say', async () => {
    const rules = { read: 'false', update: 'false', download: 'false', delete: 'false' };
    const kept = await store(app, 'own-rules', 'shut', 'x', { as: 'ann', query: query({ rules }) });
    const path = `/api/files/own-rules/${kept.id}`;
    expect((await app.request(path, { method: 'PATCH', ...json({ metadata: {} }), as: 'ann' })).status).toBe(403); // prettier-ignore
    expect((await app.request(path, { method: 'PATCH', ...json({ metadata: {} }), ...ADMIN })).status).toBe(200); // prettier-ignore
    expect((await app.request(path, { as: 'ann' })).status).toBe(200);
    expect((await app.request(path, { as: 'ben' })).status).toBe(403);
  });
});

describe('lists and totals', () => {
  it('tell nothing of files that the caller may not read, whatever is asked', async () => {
    await store(app, 'owned', 'secret-plan.txt', 'the plan', { as: 'ann' });
    const mine = await store(app, 'owned', 'mine.txt', 'x', { as: 'ben' });
    const cursor = Buffer.from(JSON.stringify(['name', 'secret-plan.txt', UUID])).toString('base64url');
    for (const asked of [
      'search=secret',
      'search=secret-plan.txt',
      'mime_type=text/*',
      'sort=-size',
      'limit=1&offset=0',
      `sort=name&cursor=${cursor}`,
    ]) {
      // prettier-ignore
      const page = await list(app, 'owned', `?${asked}`, { as: 'ben' });
      expect(
        page.files.every(({ id }) => id === mine.id),
        asked,
      ).toBe(true);
      expect(page.total, asked).toBe(asked.includes('secret') && asked.startsWith('search') ? 0 : 1);
      if (page.next_cursor !== null) expect(page.files).toHaveLength(1);
    }
  });

  it('tell nothing of records either, by filter, search, order, fields, page or expansion', async () => {
    const made = await make(app, 'diaries', {
      id: 'hers',
      title: 'dear diary',
      owner: 'ann',
      data: { a: 1 },
    });
    await make(app, 'notes', { id: 'n', diary: made['id'] });
    for (const asked of [
      'filter=title:eq:dear diary',
      'filter=id:eq:hers',
      'filter=id:ne:x',
      'filter=owner:not_null',
      'search=dear',
      'sort=-title',
      'fields=id',
      'page=1&per_page=1',
      'limit=1&offset=1',
      'filter=data:contains:1',
    ]) {
      // prettier-ignore
      expect(await listOf(app, `/diaries?${asked}`, { as: 'ben' }), asked).toMatchObject({ docs: [], total: 0 });
    }
    const shown = await listOf(app, '/notes?expand=diary', { as: 'ben' });
    expect(shown.docs).toEqual([{ id: 'n', diary: 'hers' }]);
    expect((await listOf(app, '/diaries?search=dear', { as: 'ann' })).total).toBe(1);
  });
});

describe('why a rule decides', () => {
  it.each(STRANGERS)('is not for %s to know', async (_, who) => {
    const question = json({ bucket: 'owned', operation: 'read', user: { id: 'ann' } });
    const headers = { ...(question.headers as object), ...(who.headers as object) };
    const response = await app.request('/api/admin/rules/explain', { method: 'POST', ...question, ...who, headers }); // prettier-ignore
    expect((await refusal(response)).status).toBe(who.as === undefined ? 401 : 403);
  });
});
