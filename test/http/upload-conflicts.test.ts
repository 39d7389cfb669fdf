import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { list, OPEN_RULES, put, refusal, store } from '../support/files-api.ts';
import { file, form } from '../support/form.ts';
import { leftovers } from '../support/leftovers.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const QUOTA = 10_000;
const SCHEMA = `
buckets:
  docs: { backend: local, rules: ${OPEN_RULES} }
  other: { backend: local, rules: ${OPEN_RULES} }
  few: { backend: local, max_total_size: ${QUOTA}, rules: ${OPEN_RULES} }
  squeezed: { backend: local, max_total_size: ${QUOTA}, compression: zstd, rules: ${OPEN_RULES} }
`;

let app: TestApp;
beforeAll(async () => (app = await startApp({ schema: SCHEMA })));
afterAll(() => app.dispose());

const statuses = (responses: readonly Response[]) =>
  responses.map(({ status }) => status).sort((a, b) => a - b);
const taken = { status: 409, code: 'FILE_EXISTS' };

describe('a path that is taken', () => {
  it('is refused whatever the transport, and the first file stays', async () => {
    const first = await store(app, 'docs', 'a.txt', 'first');
    const again = form({ name: 'path', content: 'a.txt' }, file('second', 'b.txt'));
    for (const response of [
      await put(app, 'docs', 'a.txt', 'second'),
      await put(app, 'docs', 'b.txt', 'second', { query: '&path=a.txt' }),
      await app.request('/api/files/docs', { method: 'POST', ...again }),
    ]) {
      expect(await refusal(response)).toMatchObject({ ...taken, details: { path: 'a.txt' } });
    }
    expect(await (await app.request(`/api/files/docs/${first.id}/download`)).text()).toBe('first');
  });

  it('is refused before the bytes are sent', async () => {
    await store(app, 'docs', 'early.txt', 'x');
    const connection = await RawConnection.open(app.url);
    connection.head('PUT /api/files/docs?name=early.txt HTTP/1.1', 'Host: x', 'Content-Length: 1000000');
    expect((await connection.response())?.status).toBe(409);
    connection.close();
  });

  it('is the same path in either Unicode form', async () => {
    await store(app, 'docs', 'caf\u00e9', 'x');
    expect((await put(app, 'docs', 'cafe\u0301', 'x')).status).toBe(409);
  });

  it('is free in another bucket, and again after the file is deleted', async () => {
    const { id } = await store(app, 'docs', 'mine.txt', 'x');
    expect((await put(app, 'other', 'mine.txt', 'x')).status).toBe(201);
    expect((await app.request(`/api/files/docs/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await put(app, 'docs', 'mine.txt', 'x')).status).toBe(201);
  });

  it('goes to exactly one of many who ask for it at once', async () => {
    const before = await leftovers(app);
    const uploads = Array.from({ length: 12 }, (_, i) => put(app, 'docs', 'race.txt', `from ${i}`));
    expect(statuses(await Promise.all(uploads))).toEqual([201, ...Array.from({ length: 11 }, () => 409)]);
    const after = await leftovers(app);
    expect([after.rows - before.rows, after.objects.length - before.objects.length]).toEqual([1, 1]);
    const [winner] = (await list(app, 'docs', '?search=race')).files;
    const content = await (await app.request(`/api/files/docs/${String(winner?.id)}/download`)).text();
    expect(content).toMatch(/^from \d+$/);
  });
});

describe('a quota', () => {
  const exceeded = { status: 413, code: 'QUOTA_EXCEEDED' };

  it('refuses what does not fit any more, and says how much would', async () => {
    const { id } = await store(app, 'few', 'a', Buffer.alloc(QUOTA - 100));
    expect(await refusal(await put(app, 'few', 'b', Buffer.alloc(101)))).toMatchObject({
      ...exceeded,
      details: { quota: QUOTA, used: QUOTA - 100 },
    });
    const chunked = new Blob([Buffer.alloc(101)]).stream();
    expect(await refusal(await put(app, 'few', 'b', chunked))).toMatchObject(exceeded);
    const multipart = { method: 'POST', ...form(file(Buffer.alloc(101), 'b')) };
    expect(await refusal(await app.request('/api/files/few', multipart))).toMatchObject(exceeded);

    const rest = await store(app, 'few', 'b', Buffer.alloc(100));
    expect((await put(app, 'few', 'c', Buffer.alloc(0))).status).toBe(201);
    for (const gone of [id, rest.id]) await app.request(`/api/files/few/${gone}`, { method: 'DELETE' });
    expect((await put(app, 'few', 'd', Buffer.alloc(QUOTA))).status).toBe(201);
  });

  it('is not overshot by uploads at once, however they are framed', async () => {
    await app.request('/api/files/few/batch-delete', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ids: (await list(app, 'few')).files.map(({ id }) => id) }),
    });
    const uploads = Array.from({ length: 20 }, (_, i) => {
      const body = Buffer.alloc(1500, i);
      return put(app, 'few', `race-${i}`, i % 2 === 0 ? body : new Blob([body]).stream());
    });
    const answers = statuses(await Promise.all(uploads));
    expect(answers).toEqual([...Array<number>(6).fill(201), ...Array<number>(14).fill(413)]);
    const { files } = await list(app, 'few');
    expect(files.reduce((sum, { size }) => sum + size, 0)).toBe(9000);
  });

  it('counts sizes, not what compression makes of them', async () => {
    const file = await store(app, 'squeezed', 'a.txt', Buffer.alloc(9000, 'a'));
    expect(file).toMatchObject({
      size: 9000,
      original_size: 9000,
      compressed: true,
      compression_type: 'zstd',
    });
    expect(file.stored_size).toBeLessThan(1000);
    expect(await refusal(await put(app, 'squeezed', 'b.txt', Buffer.alloc(1001, 'a')))).toMatchObject(
      exceeded,
    );
  });
});
