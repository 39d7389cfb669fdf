import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  fileOf,
  OPEN_RULES,
  put,
  refusal,
  store,
  type FileJson,
  type RequestOptions,
} from '../support/files-api.ts';
import { file, form } from '../support/form.ts';
import { leftovers } from '../support/leftovers.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const SCHEMA = `
buckets:
  closed: { backend: local }
  owned:
    backend: local
    rules:
      create: auth.id != null
      read: auth.id == file.owner_id
      update: auth.id == file.owner_id
      download: auth.id == file.owner_id
      delete: auth.id == file.owner_id
  viewers:
    backend: local
    rules: { create: "true", read: "true", download: auth.id == file.owner_id, delete: auth.id == file.owner_id }
  typed: { backend: local, rules: { create: 'file.mime_type == "text/plain" && file.size < 10', read: "true" } }
  named: { backend: local, rules: { create: 'file.name.startsWith(auth.id)', read: "true" } }
  broken: { backend: local, rules: { create: "true", download: 'file.metadata.level > 3', read: "true" } }
  secure: { backend: local, file_security: true, rules: ${OPEN_RULES} }
  posts: { backend: local, rules: ${OPEN_RULES} }
collections:
  posts:
    fields: { id: { type: uuid, primary: true, default: auto } }
`;

let app: TestApp;
beforeAll(async () => (app = await startApp({ schema: SCHEMA })));
afterAll(() => app.dispose());

const ADMIN = { as: 'root', role: 'admin' };
const UNAUTHORIZED = { status: 401, code: 'UNAUTHORIZED' };
const FORBIDDEN = { status: 403, code: 'FORBIDDEN' };
const json = (body: unknown): RequestInit => ({
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

/** Every operation on a file, by the rule that it asks. */
const operations = ({ bucket, id }: FileJson): readonly (readonly [string, string, RequestInit])[] => [
  ['read', `/api/files/${bucket}/${id}`, {}],
  ['download', `/api/files/${bucket}/${id}/download`, {}],
  ['download', `/api/files/${bucket}/${id}/download`, { method: 'HEAD' }],
  ['download', `/api/files/${bucket}/${id}/view`, {}],
  ['download', `/api/files/${bucket}/${id}/sign`, {}],
  ['update', `/api/files/${bucket}/${id}`, { method: 'PATCH', ...json({ name: 'x' }) }],
  ['delete', `/api/files/${bucket}/${id}`, { method: 'DELETE' }],
];

async function outcomes(target: FileJson, caller: RequestOptions): Promise<number[]> {
  const found: number[] = [];
  for (const [, path, init] of operations(target))
    found.push((await app.request(path, { ...init, ...caller })).status);
  return found;
}

describe('a bucket without rules', () => {
  it('lets nobody do anything, but admins everything', async () => {
    expect(await refusal(await put(app, 'closed', 'x', 'x'))).toMatchObject(UNAUTHORIZED);
    expect(await refusal(await put(app, 'closed', 'x', 'x', { as: 'anna' }))).toMatchObject(FORBIDDEN);
    const kept = await store(app, 'closed', 'x', 'x', ADMIN);
    expect(await outcomes(kept, {})).toEqual(Array(7).fill(401));
    expect(await outcomes(kept, { as: 'anna' })).toEqual(Array(7).fill(403));
    expect(await outcomes(kept, { as: 'anna', role: 'Admin' })).toEqual(Array(7).fill(403));
    expect(await outcomes(kept, ADMIN)).toEqual([200, 200, 200, 200, 200, 200, 204]);
  });

  it('refuses an upload before its bytes are sent', async () => {
    const connection = await RawConnection.open(app.url);
    connection.head('PUT /api/files/closed?name=x HTTP/1.1', 'Host: x', 'Content-Length: 1000000');
    expect((await connection.response())?.status).toBe(401);
    connection.close();
  });
});

describe('rules over the owner', () => {
  it('let the owner, and nobody else', async () => {
    const mine = await store(app, 'owned', 'mine', 'x', { as: 'anna' });
    expect(mine.owner_id).toBe('anna');
    expect(await outcomes(mine, {})).toEqual(Array(7).fill(401));
    expect(await outcomes(mine, { as: 'ben' })).toEqual(Array(7).fill(403));
    expect(await outcomes(mine, { as: 'anna' })).toEqual([200, 200, 200, 200, 200, 200, 204]);
  });

  it('give a file without an owner to nobody: not even to those who have no id', async () => {
    const orphan = await store(app, 'viewers', 'orphan', 'x');
    expect(orphan.owner_id).toBeNull();
    expect(await outcomes(orphan, {})).toEqual([200, 401, 401, 401, 401, 401, 401]);
  });

  it('hold for each file of a batch', async () => {
    const [mine, theirs] = [
      await store(app, 'owned', 'a', 'x', { as: 'anna' }),
      await store(app, 'owned', 'b', 'x', { as: 'ben' }),
    ];
    const init = { method: 'POST', ...json({ ids: [mine.id, theirs.id] }), as: 'anna' };
    const response = await app.request('/api/files/owned/batch-delete', init);
    expect(await response.json()).toMatchObject({
      deleted: [mine.id],
      failed: [{ id: theirs.id, code: 'FORBIDDEN' }],
    });
  });
});

describe('a create rule', () => {
  it('sees the type and the size as they are, not as they are claimed', async () => {
    const before = await leftovers(app);
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    const claim = { headers: { 'content-type': 'text/plain' } };
    for (const response of [
      await put(app, 'typed', 'a.txt', png, claim),
      await put(app, 'typed', 'b.txt', 'more than ten characters'),
      await put(app, 'typed', 'c.txt', new Blob(['more than ten characters']).stream()),
      await app.request('/api/files/typed', { method: 'POST', ...form(file('more than ten characters')) }),
    ]) {
      expect(await refusal(response)).toMatchObject(UNAUTHORIZED);
    }
    expect(await leftovers(app)).toEqual(before);
    expect((await put(app, 'typed', 'd.txt', 'short')).status).toBe(201);
    expect(
      (await app.request('/api/files/typed', { method: 'POST', ...form(file('short', 'e.txt')) })).status,
    ).toBe(201);
  });

  it('sees the name', async () => {
    expect((await put(app, 'named', 'anna-1', 'x', { as: 'anna' })).status).toBe(201);
    expect(await refusal(await put(app, 'named', 'ben-1', 'x', { as: 'anna' }))).toMatchObject(FORBIDDEN);
  });
});

describe('a rule that fails', () => {
  it('denies', async () => {
    const plain = await store(app, 'broken', 'x', 'x');
    const rich = await store(app, 'broken', 'y', 'x', { query: '&metadata={"level":4}' });
    const wrong = await store(app, 'broken', 'z', 'x', { query: '&metadata={"level":"high"}' });
    const statuses = [];
    for (const { id } of [plain, rich, wrong]) {
      statuses.push((await app.request(`/api/files/broken/${id}/download`, { as: 'anna' })).status);
    }
    expect(statuses).toEqual([403, 200, 403]);
  });
});

describe('a file’s own rules', () => {
  const own = (rules: unknown) => `&metadata=${encodeURIComponent(JSON.stringify({ rules }))}`;

  it('decide alone for the operations they name, the bucket’s for the others', async () => {
    const kept = await store(app, 'secure', 'a', 'x', {
      as: 'anna',
      query: own({ download: 'auth.id == "ben"', delete: 'auth.id == file.owner_id' }),
    });
    expect(await outcomes(kept, { as: 'carl' })).toEqual([200, 403, 403, 403, 403, 200, 403]);
    expect((await outcomes(kept, { as: 'ben' })).slice(0, 5)).toEqual([200, 200, 200, 200, 200]);
    expect((await app.request(`/api/files/secure/${kept.id}`, { method: 'DELETE', as: 'anna' })).status).toBe(
      204,
    );
  });

  it('can be changed later by whoever passes update', async () => {
    const kept = await store(app, 'secure', 'b', 'x', { query: own({ update: 'auth.id == "anna"' }) });
    const close = { method: 'PATCH', ...json({ metadata: { rules: { read: 'false' } } }) };
    expect((await app.request(`/api/files/secure/${kept.id}`, { ...close, as: 'ben' })).status).toBe(403);
    expect((await app.request(`/api/files/secure/${kept.id}`, { ...close, as: 'anna' })).status).toBe(200);
    expect((await app.request(`/api/files/secure/${kept.id}`, { as: 'anna' })).status).toBe(403);
    expect((await app.request(`/api/files/secure/${kept.id}`, ADMIN)).status).toBe(200);
  });

  it.each([
    ['a syntax error', { read: 'auth.id ==' }],
    ['an unknown variable', { read: 'user.id == "x"' }],
    ['an unknown member', { read: 'auth.nmae == "x"' }],
    ['a result that is no boolean', { read: 'file.size' }],
    ['an unknown operation', { create: 'true' }],
    ['no text', { read: true }],
    ['no object', 'true'],
    ['a rule of a thousand terms', { read: Array(1000).fill('true').join(' && ') }],
    ['a rule nested too deep', { read: `${'('.repeat(200)}true${')'.repeat(200)}` }],
    ['a pattern that is none', { read: 'file.name.matches("[")' }],
  ])('are refused with %s', async (_, rules) => {
    const response = await put(app, 'secure', 'refused', 'x', { query: own(rules) });
    expect(await refusal(response)).toMatchObject({ status: 400, code: 'INVALID_RULE' });
  });

  it('are refused, not ignored, where the bucket does not let files have any', async () => {
    const response = await put(app, 'posts', 'x', 'x', { query: own({ read: 'true' }) });
    expect(await refusal(response)).toMatchObject({ status: 400, code: 'INVALID_RULE' });
    const multipart = form({ name: 'metadata', content: '{"rules": {"read": "true"}}' }, file('x'));
    expect((await app.request('/api/files/posts', { method: 'POST', ...multipart })).status).toBe(400);
  });
});

describe('a bucket and a collection of one name', () => {
  it('have nothing to do with each other’s rules', async () => {
    const open = await store(app, 'posts', 'open', 'x');
    expect((await fileOf(await app.request(`/api/files/posts/${open.id}`))).id).toBe(open.id);
    expect((await app.request('/api/collections/posts')).status).not.toBe(200);
  });
});
