import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { explanationShape } from '../../src/http/routes/admin/rules.ts';
import { json, post, register, setUp, withToken, type SessionJson } from '../support/accounts-api.ts';
import { refusal, store } from '../support/files-api.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const SCHEMA = `
buckets:
  docs:
    backend: local
    file_security: true
    rules:
      create: "auth.id != null && file.size < 100"
      read: "true"
      download: "auth.id == file.owner_id || auth.metadata.team == 'press'"
      update: "auth.id == file.owner_id"
collections:
  posts:
    fields:
      id: { type: uuid, primary: true, default: auto }
      title: { type: string, maxLength: 20 }
      author_id: { type: string, nullable: true }
      state: { type: select, select: { values: [draft, public] }, default: draft }
    rules:
      create: "doc.author_id == auth.id && doc.state == 'draft'"
      read: "doc.state == 'public' || doc.author_id == auth.id"
      update: "doc.author_id == auth.id && new_doc.author_id == auth.id"
`;

let app: TestApp;
let root: SessionJson;
let ada: SessionJson;
beforeAll(async () => {
  app = await startApp({ schema: SCHEMA });
  root = await setUp(app);
  ada = await register(app, 'ada@example.com');
});
afterAll(() => app.dispose());

const ask = (question: object) =>
  withToken(app, root, '/api/admin/rules/explain', { method: 'POST', ...json(question) });

async function explain(question: object): Promise<z.output<typeof explanationShape>> {
  const response = await ask(question);
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return explanationShape.parse(await response.json());
}

describe('explaining a file’s rules', () => {
  it('names the rule, where it is written, and the condition that decided', async () => {
    const file = await store(app, 'docs', 'a.txt', 'hello', { as: 'bob' });
    const question = { bucket: 'docs', operation: 'update', file_id: file.id };
    expect(await explain({ ...question, user: { id: 'bob' } })).toEqual({
      allowed: true,
      decided_by: 'bucket_rule',
      message: `Allowed by the bucket's "update" rule: auth.id == file.owner_id is true.`,
      rule: {
        text: 'auth.id == file.owner_id',
        at: { file: 'schema.yaml', line: 11, column: 16 },
      },
      conditions: [{ text: 'auth.id == file.owner_id', start: 0, end: 24, value: true, error: null }],
    });
    const anonymous = await explain(question);
    expect(anonymous).toMatchObject({
      allowed: false,
      conditions: [{ value: null, error: 'auth.id is absent' }],
    });
    expect(anonymous.message).toContain('auth.id is absent');
  });

  it('takes what is not given from the user’s account', async () => {
    const file = await store(app, 'docs', 'b.txt', 'hello', { as: 'bob' });
    const question = { bucket: 'docs', operation: 'download', file_id: file.id };
    const user = { id: ada.user.id };
    expect((await explain({ ...question, user })).allowed).toBe(false);
    expect(await explain({ ...question, user: { ...user, metadata: { team: 'press' } } })).toMatchObject({
      allowed: true,
      conditions: [{ text: `auth.metadata.team == 'press'`, value: true }],
    });
    await withToken(app, root, `/api/admin/users/${ada.user.id}`, {
      method: 'PATCH',
      ...json({ metadata: { team: 'press' } }),
    });
    expect((await explain({ ...question, user })).allowed).toBe(true);
  });

  it('says when a file’s own rule, a missing rule or being an admin decides', async () => {
    const metadata = encodeURIComponent(JSON.stringify({ rules: { read: "auth.role == 'editor'" } }));
    const file = await store(app, 'docs', 'c.txt', 'hello', { as: 'bob', query: `&metadata=${metadata}` });
    const about = (operation: string, user: object | null) =>
      explain({ bucket: 'docs', operation, file_id: file.id, user });
    expect(await about('read', { id: 'eve' })).toMatchObject({
      allowed: false,
      decided_by: 'file_rule',
      rule: { text: "auth.role == 'editor'", at: null },
    });
    expect((await about('read', { id: 'eve', role: 'editor' })).allowed).toBe(true);
    expect(await about('delete', { id: 'bob' })).toMatchObject({
      allowed: false,
      decided_by: 'missing_rule',
      rule: null,
      message: 'Denied: there is no "delete" rule, which denies everybody but admins.',
    });
    expect(await about('delete', { id: root.user.id })).toMatchObject({
      allowed: true,
      decided_by: 'admin',
      rule: null,
    });
  });

  it('tries a file that does not exist yet', async () => {
    const about = (candidate: object, user: object | null = { id: 'bob' }) =>
      explain({ bucket: 'docs', operation: 'create', candidate, user });
    expect((await about({ name: 'a.txt', size: 99 })).allowed).toBe(true);
    expect(await about({ name: 'a.txt', size: 100 })).toMatchObject({
      allowed: false,
      conditions: [{ text: 'file.size < 100', value: false }],
    });
    expect((await about({ size: 1 }, null)).allowed).toBe(false);
  });

  it('decides as the server does', async () => {
    const file = await store(app, 'docs', 'd.txt', 'hello', { as: 'bob' });
    for (const as of ['bob', 'eve', ada.user.id]) {
      const download = await app.request(`/api/files/docs/${file.id}/download`, { as });
      const question = { bucket: 'docs', operation: 'download', file_id: file.id, user: { id: as } };
      // A token that was minted elsewhere says itself what its user is; the question says the same.
      const asked = as === ada.user.id ? { ...question, user: { id: as, metadata: {} } } : question;
      expect((await explain(asked)).allowed).toBe(download.status === 200);
    }
  });
});

describe('explaining a record’s rules', () => {
  const posts = (operation: string, rest: object) => explain({ collection: 'posts', operation, ...rest });
  let id: string;
  beforeAll(async () => {
    const created = await app.request('/api/collections/posts', {
      method: 'POST',
      as: 'bob',
      ...json({ title: 'Hello', author_id: 'bob' }),
    });
    ({ id } = (await created.json()) as { id: string });
  });

  it('judges a stored record', async () => {
    expect(await posts('read', { record_id: id, user: { id: 'bob' } })).toMatchObject({
      allowed: true,
      decided_by: 'collection_rule',
      conditions: [{ text: 'doc.author_id == auth.id', value: true }],
      rule: { at: { file: 'schema.yaml', line: 21, column: 14 } },
    });
    expect((await posts('read', { record_id: id })).allowed).toBe(false);
    expect(await posts('delete', { record_id: id, user: { id: 'bob' } })).toMatchObject({
      decided_by: 'missing_rule',
    });
  });

  it('judges a record to be, with its defaults', async () => {
    const about = (candidate: object) => posts('create', { candidate, user: { id: 'bob' } });
    expect((await about({ title: 'x', author_id: 'bob' })).allowed).toBe(true);
    expect(await about({ title: 'x', author_id: 'bob', state: 'public' })).toMatchObject({
      allowed: false,
      conditions: [{ text: `doc.state == 'draft'`, value: false }],
    });
  });

  it('judges a change by what is there, and by what it would become', async () => {
    const about = (user: string, candidate?: object) =>
      posts('update', { record_id: id, user: { id: user }, candidate });
    expect((await about('bob')).allowed).toBe(true);
    expect((await about('eve')).conditions).toMatchObject([{ text: 'doc.author_id == auth.id' }]);
    expect(await about('bob', { author_id: 'eve' })).toMatchObject({
      allowed: false,
      conditions: [{ text: 'new_doc.author_id == auth.id', value: false }],
    });
  });
});

describe('a question that makes no sense', () => {
  it.each([
    [{}, 'VALIDATION_ERROR'],
    [{ bucket: 'docs', operation: 'rename' }, 'VALIDATION_ERROR'],
    [{ collection: 'posts', operation: 'download' }, 'VALIDATION_ERROR'],
    [{ bucket: 'docs', collection: 'posts', operation: 'read' }, 'VALIDATION_ERROR'],
    [{ bucket: 'nope', operation: 'read' }, 'BUCKET_NOT_FOUND'],
    [{ collection: 'nope', operation: 'read' }, 'COLLECTION_NOT_FOUND'],
    [{ bucket: 'docs', operation: 'read', file_id: 'nope' }, 'FILE_NOT_FOUND'],
    [{ collection: 'posts', operation: 'read', record_id: 'nope' }, 'DOCUMENT_NOT_FOUND'],
    [{ collection: 'posts', operation: 'create', candidate: { title: 5 } }, 'VALIDATION_ERROR'],
  ])('%j is %s', async (question, code) => {
    expect((await refusal(await ask(question))).code).toBe(code);
  });

  it('is for admins only', async () => {
    const question = { bucket: 'docs', operation: 'read' };
    expect((await post(app, '/api/admin/rules/explain', question)).status).toBe(401);
    const asAda = { method: 'POST', ...json(question) };
    expect((await withToken(app, ada, '/api/admin/rules/explain', asAda)).status).toBe(403);
  });
});
