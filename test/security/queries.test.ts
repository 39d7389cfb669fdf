import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal } from '../support/files-api.ts';
import { listOf, make, OPEN, send } from '../support/records-api.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const schema = `
collections:
  notes:
    fields:
      id:     { type: string, primary: true }
      title:  { type: string }
      stars:  { type: int, default: 1 }
      extra:  { type: json, nullable: true }
      secret: { type: string, internal: true, default: topsecret }
    rules: ${OPEN}
  others: { fields: { id: { type: id, primary: true }, note: { type: relation, relation: { collection: notes } } }, rules: ${OPEN} }
`;

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ schema });
  await make(app, 'notes', { id: 'a', title: `it's "quoted"; DROP TABLE notes` });
  await make(app, 'notes', { id: 'b', title: 'plain' });
  await make(app, 'others', { id: 'o', note: 'a' });
});
afterAll(() => app.dispose());

const INJECTIONS = [
  `' OR 1=1 --`,
  `"; DROP TABLE notes; --`,
  `x') UNION SELECT id, secret FROM notes --`,
  `title" = title --`,
  `1; ATTACH DATABASE '/tmp/x' AS x`,
  `\u0000`,
  '%%%%%%%%',
  '\\',
];

describe('what a request says never becomes SQL', () => {
  it.each(INJECTIONS)('as a value: %j', async (text) => {
    const value = encodeURIComponent(text);
    for (const operator of ['eq', 'in', 'contains', 'gt', 'like']) {
      const response = await app.request(`/api/collections/notes?filter=title:${operator}:${value}`);
      expect(response.status).toBe(200);
      expect(await response.text()).not.toContain('topsecret');
    }
    expect((await app.request(`/api/collections/notes?search=${value}`)).status).toBe(200);
    expect((await app.request(`/api/collections/notes/${value}`)).status).toBe(404);
    expect((await listOf(app, '/notes')).total).toBe(2);
  });

  it.each(INJECTIONS)('as a name: %j', async (text) => {
    const name = encodeURIComponent(text);
    for (const query of ['sort', 'fields', 'expand'].map((key) => `${key}=${name}`)) {
      const refused = await refusal(await app.request(`/api/collections/notes?${query}`));
      expect(refused).toMatchObject({ status: 400, code: 'INVALID_QUERY' });
    }
    for (const filter of [`${name}:eq:1`, `title:${name}:1`]) {
      expect((await app.request(`/api/collections/notes?filter=${filter}`)).status).toBe(400);
    }
  });

  it('and matches only as the text that it is', async () => {
    const value = encodeURIComponent(`it's "quoted"; DROP TABLE notes`);
    expect((await listOf(app, `/notes?filter=title:eq:${value}`)).total).toBe(1);
    expect((await listOf(app, `/notes?search=${encodeURIComponent('%')}`)).total).toBe(0);
  });
});

describe('internal fields', () => {
  it.each([
    'filter=secret:eq:topsecret',
    'filter=secret:like:t%25',
    'filter=secret:not_null',
    'sort=secret',
    'fields=secret',
    'expand=secret',
  ])('cannot be found out by %s', async (query) => {
    expect((await app.request(`/api/collections/notes?${query}`)).status).toBe(400);
  });

  it('are not searched, not expanded and not written', async () => {
    expect((await listOf(app, '/notes?search=topsecret')).total).toBe(0);
    const expanded = await app.request('/api/collections/others?expand=note');
    expect(await expanded.text()).not.toContain('secret');
    for (const [method, path] of [
      ['POST', '/notes'],
      ['PATCH', '/notes/a'],
      ['PUT', '/notes/a'],
    ] as const) {
      const refused = await send(app, method, path, { id: 'a', title: 'x', secret: 'mine' });
      expect((await refusal(refused)).details).toMatchObject([{ field: 'secret', code: 'unknown' }]);
    }
  });
});

describe('a body', () => {
  it.each([
    ['{"id":"p","title":"x","__proto__":{"stars":5}}', '__proto__'],
    ['{"id":"p","title":"x","constructor":{"prototype":{}}}', 'constructor'],
    ['{"id":"p","title":"x","toString":"x"}', 'toString'],
  ])('with a key of the prototype is refused: %s', async (body, field) => {
    const refused = await refusal(await send(app, 'POST', '/notes', body));
    expect(refused.details).toMatchObject([{ field, code: 'unknown' }]);
    expect(({} as Record<string, unknown>)['stars']).toBeUndefined();
  });

  it('may hold such keys where any JSON may stand, and they change nothing', async () => {
    const extra = '{"__proto__":{"admin":true},"constructor":1}';
    const response = await send(app, 'POST', '/notes', `{"id":"json","title":"x","extra":${extra}}`);
    expect(response.status).toBe(201);
    expect(await response.text()).toContain(extra);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    await send(app, 'DELETE', '/notes/json');
  });

  it.each([
    ['deep', `{"id":"d","title":"x","extra":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'INVALID_JSON'],
    ['an overflow', '{"id":"d","title":"x","stars":1e999}', 'VALIDATION_ERROR'],
    ['beyond 2^53', '{"id":"d","title":"x","stars":9007199254740993}', 'VALIDATION_ERROR'],
    ['a fraction', '{"id":"d","title":"x","stars":1.5}', 'VALIDATION_ERROR'],
    ['a NUL', '{"id":"d","title":"a\\u0000b"}', 'VALIDATION_ERROR'],
    ['half a character', '{"id":"d","title":"\\ud800"}', 'VALIDATION_ERROR'],
    ['a list for text', '{"id":"d","title":["x"]}', 'VALIDATION_ERROR'],
    ['an object for a key', '{"id":{"$ne":null},"title":"x"}', 'VALIDATION_ERROR'],
  ])('with %s is refused', async (_, body, code) => {
    expect(await refusal(await send(app, 'POST', '/notes', body))).toMatchObject({ status: 400, code });
  });
});

describe('a query that would cost too much', () => {
  it.each([
    `filter=title:like:${'%25a'.repeat(200)}`,
    `filter=title:contains:${'a'.repeat(256)}`,
    `search=${'a'.repeat(256)}`,
    `filter=${Array<string>(60).fill('title:eq:a').join('&filter=')}`,
    'limit=1000000000',
    'offset=1e400',
    'page=99999999999999999999',
  ])('is refused: %.40s', async (query) => {
    const refused = await refusal(await app.request(`/api/collections/notes?${query}`));
    expect(refused).toMatchObject({ status: 400, code: 'INVALID_QUERY' });
  });

  it('of many wildcards over a long text ends', async () => {
    await make(app, 'notes', { id: 'long', title: 'a'.repeat(200_000) });
    const pattern = `${'%25a'.repeat(100)}b`;
    expect((await listOf(app, `/notes?fields=id&filter=title:like:${pattern}`)).total).toBe(0);
    await send(app, 'DELETE', '/notes/long');
  });
});
