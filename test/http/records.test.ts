import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal } from '../support/files-api.ts';
import { ask, listOf, make, OPEN, send, type RecordJson } from '../support/records-api.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const NOW = Date.parse('2026-11-24T09:30:00.000Z');

const schema = `
collections:
  posts:
    fields:
      id:      { type: uuid, primary: true, default: auto }
      title:   { type: string, minLength: 1, maxLength: 20 }
      slug:    { type: string, nullable: true, unique: true }
      stars:   { type: int, default: 3, validate: { min: 0, max: 5 } }
      secret:  { type: string, nullable: true, internal: true }
      made_at: { type: timestamp, default: now }
      day:     { type: date, default: now }
      changed: { type: timestamp, onUpdate: now }
    rules: ${OPEN}
  numbers: { fields: { id: { type: int, primary: true }, name: { type: string } }, rules: ${OPEN} }
  named:   { fields: { id: { type: string, primary: true, default: auto } }, rules: ${OPEN} }
  plain:   { fields: { id: { type: id, primary: true } }, rules: ${OPEN} }
`;

let app: TestApp;
let time = NOW;
beforeAll(async () => {
  app = await startApp({ schema, clock: () => time });
});
afterAll(() => app.dispose());

describe('a record', () => {
  it('is made with its defaults, and found at its Location', async () => {
    time = NOW;
    const response = await send(app, 'POST', '/posts', { title: 'Hello' });
    const doc = (await response.json()) as RecordJson;
    expect(response.status).toBe(201);
    expect(doc).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      title: 'Hello',
      slug: null,
      stars: 3,
      made_at: '2026-11-24T09:30:00.000Z',
      day: '2026-11-24',
      changed: '2026-11-24T09:30:00.000Z',
    });
    const location = response.headers.get('location');
    expect(location).toBe(`/api/collections/posts/${String(doc['id'])}`);
    const found = await app.request(location ?? '');
    expect(await found.json()).toEqual(doc);
    expect(found.headers.get('etag')).toBe(response.headers.get('etag'));
  });

  it.each(['a', 'ä', '€', '😀', '%', '?', '%2F#'])(
    'with a key of 200 characters, %j over and over, is found at its Location',
    async (piece) => {
      const id = Array.from(piece.repeat(200)).slice(0, 200).join('');
      const response = await send(app, 'POST', '/plain', { id });
      expect(response.status).toBe(201);
      const found = await app.request(response.headers.get('location') ?? '');
      expect([found.status, await found.json()]).toEqual([200, { id }]);
    },
  );

  it('keeps on PATCH what the body leaves out, and notes the time', async () => {
    time = NOW;
    const made = await make(app, 'posts', { title: 'Hello', slug: 'patched', stars: 5 });
    time = NOW + 60_000;
    const response = await send(app, 'PATCH', `/posts/${String(made['id'])}`, { title: 'Bye' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ...made, title: 'Bye', changed: '2026-11-24T09:31:00.000Z' });
  });

  it('gets its defaults on PUT where the body leaves something out, but keeps what was made for it', async () => {
    time = NOW;
    const made = await make(app, 'posts', { title: 'Hello', slug: 'put', stars: 5 });
    time = NOW + 60_000;
    const response = await send(app, 'PUT', `/posts/${String(made['id'])}`, { title: 'Whole' });
    expect(await response.json()).toEqual({
      ...made,
      title: 'Whole',
      slug: null,
      stars: 3,
      changed: '2026-11-24T09:31:00.000Z',
    });
    const bare = await refusal(await send(app, 'PUT', `/posts/${String(made['id'])}`, {}));
    expect(bare.details).toEqual([{ field: 'title', code: 'required', message: 'is required' }]);
  });

  it('is gone after DELETE', async () => {
    const { id } = await make(app, 'posts', { title: 'Hello' });
    const path = `/posts/${String(id)}`;
    expect((await send(app, 'DELETE', path)).status).toBe(204);
    for (const [method, body] of [['GET'], ['DELETE'], ['PATCH', {}], ['PUT', { title: 'x' }]] as const) {
      expect(await refusal(await send(app, method, path, body))).toMatchObject({
        status: 404,
        code: 'DOCUMENT_NOT_FOUND',
      });
    }
  });

  it.each([
    ['posts', { title: '' }, [['title', 'invalid']]],
    ['posts', { title: 'x'.repeat(21) }, [['title', 'invalid']]],
    ['posts', { title: '🙂'.repeat(20), stars: 6 }, [['stars', 'invalid']]],
    ['posts', { stars: 'many' }, [['title', 'required'], ['stars', 'invalid']]], // prettier-ignore
    ['posts', { title: null }, [['title', 'required']]],
    ['posts', { title: 'a', day: '2026-02-30' }, [['day', 'invalid']]],
    ['posts', { title: 'a', nope: 1 }, [['nope', 'unknown']]],
    ['posts', { title: 'a', secret: 'x' }, [['secret', 'unknown']]],
    ['posts', { title: 'a', id: 'no-uuid' }, [['id', 'invalid']]],
    ['numbers', { name: 'a' }, [['id', 'required']]],
    ['numbers', { id: 1.5, name: 'a' }, [['id', 'invalid']]],
    ['named', { id: '' }, [['id', 'invalid']]],
    ['named', { id: 'a/b' }, [['id', 'invalid']]],
    ['named', { id: '..' }, [['id', 'invalid']]],
    ['named', { id: 'x'.repeat(201) }, [['id', 'invalid']]],
  ])('of %s is refused: %j', async (collection, body, problems) => {
    const refused = await refusal(await send(app, 'POST', `/${collection}`, body));
    expect(refused).toMatchObject({ status: 400, code: 'VALIDATION_ERROR' });
    const details = refused.details as { field: string; code: string; message: string }[];
    expect(details.map(({ field, code }) => [field, code]).sort()).toEqual([...problems].sort());
    expect(refused.error).toContain(details[0]?.message);
  });

  it.each([
    ['[]', 'VALIDATION_ERROR'],
    ['"text"', 'VALIDATION_ERROR'],
    ['null', 'VALIDATION_ERROR'],
    ['{', 'INVALID_JSON'],
    ['', 'INVALID_JSON'],
  ])('is refused when the body is %j', async (body, code) => {
    expect(await refusal(await send(app, 'POST', '/posts', body))).toMatchObject({ status: 400, code });
  });

  it('may have an int, a string or an id as its key', async () => {
    await make(app, 'numbers', { id: -7, name: 'seven' });
    expect(await ask(app, '/numbers/-7')).toEqual({ id: -7, name: 'seven' });
    for (const other of ['-07', '-7.0', '7', 'seven', '%20-7', '9007199254740993']) {
      expect((await app.request(`/api/collections/numbers/${other}`)).status).toBe(404);
    }
    await make(app, 'named', { id: 'Grün & blau?' });
    expect(await ask(app, `/named/${encodeURIComponent('Grün & blau?')}`)).toEqual({ id: 'Grün & blau?' });
    expect((await make(app, 'named', {}))['id']).toMatch(/^[0-9a-f-]{36}$/);
    expect((await make(app, 'plain', {}))['id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('never changes its key', async () => {
    const { id } = await make(app, 'posts', { title: 'Hello' });
    const other = '01900000-0000-7000-8000-000000000000';
    const refused = await refusal(await send(app, 'PATCH', `/posts/${String(id)}`, { id: other }));
    expect(refused).toMatchObject({ status: 400, details: [{ field: 'id', code: 'immutable' }] });
    expect((await send(app, 'PATCH', `/posts/${String(id)}`, { id })).status).toBe(200);
  });

  it('cannot share a unique value or a key with another', async () => {
    await make(app, 'posts', { title: 'one', slug: 'same' });
    const second = await refusal(await send(app, 'POST', '/posts', { title: 'two', slug: 'same' }));
    expect(second).toMatchObject({
      status: 409,
      code: 'UNIQUE_VIOLATION',
      details: [{ field: 'slug', code: 'unique' }],
    });
    await make(app, 'plain', { id: 'taken' });
    expect((await send(app, 'POST', '/plain', { id: 'taken' })).status).toBe(409);
  });

  it('hides internal fields from everybody, and lets admins write and ask for them', async () => {
    const admin = { as: 'root', role: 'admin' };
    const made = await make(app, 'posts', { title: 'Hello', secret: 'psst' }, admin);
    expect(made).not.toHaveProperty('secret');
    const path = `/posts/${String(made['id'])}`;
    expect(await ask(app, path)).not.toHaveProperty('secret');
    expect(await ask(app, `${path}?fields=secret`, admin)).toEqual({ secret: 'psst' });
    const whole = await send(app, 'PUT', path, { title: 'Changed' });
    expect(whole.status).toBe(200);
    expect(await ask(app, `${path}?fields=secret`, admin)).toEqual({ secret: 'psst' });
  });

  it('changes only while it still is what If-Match says', async () => {
    const made = await send(app, 'POST', '/posts', { title: 'Hello' });
    const { id } = (await made.json()) as RecordJson;
    const path = `/posts/${String(id)}`;
    const etag = made.headers.get('etag') ?? '';
    const first = await send(app, 'PATCH', path, { title: 'one' }, { headers: { 'if-match': etag } });
    expect(first.status).toBe(200);
    for (const [method, body] of [
      ['PATCH', { title: 'two' }],
      ['PUT', { title: 'two' }],
      ['DELETE'],
    ] as const) {
      const late = await send(app, method, path, body, { headers: { 'if-match': etag } });
      expect(await refusal(late)).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
    }
    expect(await ask(app, path)).toMatchObject({ title: 'one' });
    const headers = { 'if-match': first.headers.get('etag') ?? '' };
    expect((await send(app, 'DELETE', path, undefined, { headers })).status).toBe(204);
  });

  it('answers with and without a trailing slash', async () => {
    const { id } = await make(app, 'posts', { title: 'slash' });
    expect((await app.request(`/api/collections/posts/${String(id)}/`)).status).toBe(200);
    expect((await listOf(app, '/posts/')).total).toBeGreaterThan(0);
  });

  it('has no collection that the schema does not have', async () => {
    for (const [method, path] of [
      ['GET', '/nope'],
      ['POST', '/nope'],
      ['GET', '/nope/1'],
      ['DELETE', '/__proto__/1'],
    ] as const) {
      // prettier-ignore
      const refused = await refusal(await send(app, method, path, method === 'POST' ? {} : undefined));
      expect(refused).toMatchObject({ status: 404, code: 'COLLECTION_NOT_FOUND' });
    }
  });
});

describe('many writers at once', () => {
  it('make fifty records, every one of them kept', async () => {
    const before = (await listOf(app, '/posts')).total;
    await Promise.all(Array.from({ length: 50 }, (_, i) => make(app, 'posts', { title: `writer ${i}` })));
    expect((await listOf(app, '/posts')).total).toBe(before + 50);
  });

  it('lose no update when each reads, changes and writes under If-Match', async () => {
    const { id } = await make(app, 'numbers', { id: 1000, name: '0' });
    const path = `/numbers/${String(id)}`;
    const statuses = new Set<number>();
    const count = async (): Promise<void> => {
      for (;;) {
        const seen = await app.request(`/api/collections${path}`);
        const { name } = (await seen.json()) as { name: string };
        const headers = { 'if-match': seen.headers.get('etag') ?? '' };
        const response = await send(app, 'PATCH', path, { name: String(Number(name) + 1) }, { headers });
        statuses.add(response.status);
        if (response.status !== 412) return;
      }
    };
    await Promise.all(Array.from({ length: 50 }, count));
    expect(await ask(app, path)).toEqual({ id: 1000, name: '50' });
    expect([...statuses].sort()).toEqual([200, 412]);
  });

  it('change different fields of one record, and all of it arrives', async () => {
    const { id } = await make(app, 'posts', { title: 'start' });
    const path = `/posts/${String(id)}`;
    const patches = [{ title: 'end' }, { slug: 'both' }, { stars: 1 }, { made_at: '2020-01-01T00:00:00Z' }];
    const answers = await Promise.all(
      Array.from({ length: 48 }, (_, i) => send(app, 'PATCH', path, patches[i % patches.length])),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(await ask(app, path)).toMatchObject({
      title: 'end',
      slug: 'both',
      stars: 1,
      made_at: '2020-01-01T00:00:00.000Z',
    });
  });

  it('race for a unique value: one gets it, the others 409', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send(app, 'POST', '/posts', { title: 'race', slug: 'race' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);
  });
});
