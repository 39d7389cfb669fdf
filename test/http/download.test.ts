import { createHash } from 'node:crypto';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPEN_RULES, refusal, store, type FileJson } from '../support/files-api.ts';
import { filesBelow } from '../support/leftovers.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const SCHEMA = `
buckets:
  docs: { backend: local, rules: ${OPEN_RULES} }
  cached: { backend: local, cache_control: "public, max-age=3600", rules: ${OPEN_RULES} }
`;
const CONTENT = 'The quick brown fox jumps over the lazy dog';
const CREATED = Date.parse('2026-02-03T04:05:06.789Z');
const LAST_MODIFIED = 'Tue, 03 Feb 2026 04:05:06 GMT';
const EARLIER = 'Tue, 03 Feb 2026 04:05:05 GMT';
const SHA256 = createHash('sha256').update(CONTENT);
const DIGEST = SHA256.copy().digest('base64');
const ETAG = `"${SHA256.digest('hex')}"`;

let app: TestApp;
let file: FileJson;
let empty: FileJson;
beforeAll(async () => {
  app = await startApp({ schema: SCHEMA, clock: () => CREATED });
  file = await store(app, 'docs', 'fox.txt', CONTENT);
  empty = await store(app, 'docs', 'empty', null);
});
afterAll(() => app.dispose());

const get = (headers: Record<string, string> = {}, method = 'GET', path = 'download', { id } = file) =>
  app.request(`/api/files/docs/${id}/${path}`, { method, headers });

describe('a download', () => {
  it('carries everything that a client needs to trust and to keep it', async () => {
    const response = await get();
    expect([response.status, await response.text()]).toEqual([200, CONTENT]);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      'content-disposition': 'attachment; filename=fox.txt',
      'content-length': String(CONTENT.length),
      'content-type': 'text/plain; charset=utf-8',
      etag: ETAG,
      'last-modified': LAST_MODIFIED,
      'repr-digest': `sha-256=:${DIGEST}:`,
      'x-content-type-options': 'nosniff',
    });
    expect(response.headers.get('vary')).not.toContain('Accept-Encoding');
    expect(response.headers.has('content-encoding')).toBe(false);
  });

  it('is shown in place of saved under /view', async () => {
    const response = await get({}, 'GET', 'view');
    expect(await response.text()).toBe(CONTENT);
    expect(response.headers.get('content-disposition')).toBe('inline; filename=fox.txt');
  });

  it('of nothing is nothing', async () => {
    const response = await get({}, 'GET', 'download', empty);
    expect([response.status, await response.text(), response.headers.get('content-length')]).toEqual([
      200,
      '',
      '0',
    ]);
  });

  it('of bytes that were cut on the disk is an error, and not a shorter file', async () => {
    const storage = join(app.folder, 'data/storage');
    const before = filesBelow(storage);
    const cut = await store(app, 'docs', 'cut.txt', CONTENT);
    const [path = ''] = filesBelow(storage).filter((one) => !before.includes(one));
    truncateSync(join(storage, path), 10);
    const whole = await get({}, 'GET', 'download', cut);
    expect([whole.status, (await refusal(whole)).code]).toEqual([500, 'INTERNAL_ERROR']);
    const range = await get({ range: 'bytes=5-20' }, 'GET', 'download', cut);
    expect([range.status, (await refusal(range)).code]).toEqual([500, 'INTERNAL_ERROR']);
  });

  it('may be kept as long as its bucket says', async () => {
    const { id } = await store(app, 'cached', 'x', 'x');
    const response = await app.request(`/api/files/cached/${id}/download`);
    expect(response.headers.get('cache-control')).toBe('public, max-age=3600');
  });

  it.each([
    ['é.txt', `attachment; filename="?.txt"; filename*=UTF-8''%C3%A9.txt`],
    ['日本.txt', `attachment; filename="??.txt"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt`],
    ['a"b.txt', `attachment; filename="a\\"b.txt"`],
    ['100%41.txt', `attachment; filename=100%41.txt; filename*=UTF-8''100%2541.txt`],
  ])('is saved under %s', async (name, expected) => {
    const { id } = await store(app, 'docs', name, 'x');
    const response = await app.request(`/api/files/docs/${id}/download`);
    expect(response.headers.get('content-disposition')).toBe(expected);
  });

  it.each(['download', 'view', 'download/', 'view/'])(
    'answers HEAD %s as it answers GET, without the bytes',
    async (path) => {
      const [head, full] = [await get({}, 'HEAD', path), await get({}, 'GET', path)];
      const shown = ({ headers }: Response) =>
        Object.fromEntries(
          [...headers].filter(
            ([name]) => !['date', 'x-request-id', 'connection', 'keep-alive'].includes(name),
          ),
        );
      expect([head.status, await head.text()]).toEqual([200, '']);
      expect(shown(head)).toEqual(shown(full));
      await full.arrayBuffer();
    },
  );
});

describe('a range', () => {
  const size = CONTENT.length;
  it.each([
    ['bytes=0-3', 206, 'The ', `bytes 0-3/${size}`],
    ['bytes=4-', 206, CONTENT.slice(4), `bytes 4-${size - 1}/${size}`],
    ['bytes=-3', 206, 'dog', `bytes ${size - 3}-${size - 1}/${size}`],
    ['bytes=-1000', 206, CONTENT, `bytes 0-${size - 1}/${size}`],
    ['bytes=40-1000', 206, 'dog', `bytes 40-${size - 1}/${size}`],
    [`bytes=${size - 1}-`, 206, 'g', `bytes ${size - 1}-${size - 1}/${size}`],
    ['bytes=0-1,3-4', 200, CONTENT, null],
    ['bytes=3-1', 200, CONTENT, null],
    ['bytes=x-y', 200, CONTENT, null],
    ['lines=0-1', 200, CONTENT, null],
  ])('%s', async (range, status, body, contentRange) => {
    const response = await get({ range });
    expect([response.status, await response.text()]).toEqual([status, body]);
    expect(response.headers.get('content-range')).toBe(contentRange);
    expect(response.headers.get('content-length')).toBe(String(body.length));
    expect(response.headers.get('etag')).toBe(ETAG);
  });

  it.each([`bytes=${size}-`, 'bytes=1000-2000', 'bytes=-0', 'bytes=99999999999999999999-'])(
    '%s is outside',
    async (range) => {
      const response = await get({ range });
      expect(response.headers.get('content-range')).toBe(`bytes */${size}`);
      expect(response.headers.get('etag')).toBeNull();
      expect(await refusal(response)).toMatchObject({ status: 416, code: 'RANGE_NOT_SATISFIABLE' });
    },
  );

  it('of an empty file is outside of it', async () => {
    expect((await get({ range: 'bytes=0-' }, 'GET', 'download', empty)).status).toBe(416);
  });

  it('is ignored on HEAD', async () => {
    const response = await get({ range: 'bytes=0-3' }, 'HEAD');
    expect([response.status, response.headers.get('content-length')]).toEqual([200, String(size)]);
  });

  it.each([
    [ETAG, 206],
    [`W/${ETAG}`, 200],
    ['"other"', 200],
    [LAST_MODIFIED, 206],
    [EARLIER, 200],
  ])('holds under If-Range: %s only for the same file', async (ifRange, status) => {
    const response = await get({ range: 'bytes=0-3', 'if-range': ifRange });
    expect([response.status, await response.text()]).toEqual([status, status === 206 ? 'The ' : CONTENT]);
  });

  it('comes before the end of a large file without reading the rest', async () => {
    const content = Buffer.alloc(5_000_000, 'abcdefghij');
    const { id } = await store(app, 'docs', 'large', content);
    const response = await get({ range: 'bytes=4999990-4999999' }, 'GET', 'download', { ...file, id });
    expect(await response.text()).toBe('abcdefghij');
  });
});

describe('a condition', () => {
  it.each([
    [{ 'if-none-match': ETAG }, 304],
    [{ 'if-none-match': `W/${ETAG}` }, 304],
    [{ 'if-none-match': `"other", ${ETAG}` }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"other"' }, 200],
    [{ 'if-none-match': '"other"', 'if-modified-since': LAST_MODIFIED }, 200],
    [{ 'if-modified-since': LAST_MODIFIED }, 304],
    [{ 'if-modified-since': EARLIER }, 200],
    [{ 'if-modified-since': 'yesterday' }, 200],
    [{ 'if-match': ETAG }, 200],
    [{ 'if-match': '*' }, 200],
    [{ 'if-match': `W/${ETAG}` }, 412],
    [{ 'if-match': '"other"' }, 412],
    [{ 'if-unmodified-since': LAST_MODIFIED }, 200],
    [{ 'if-unmodified-since': EARLIER }, 412],
    [{ 'if-match': ETAG, 'if-unmodified-since': EARLIER }, 200],
    [{ 'if-match': '"other"', 'if-none-match': ETAG }, 412],
  ])('%o on GET and HEAD', async (headers, status) => {
    const full = await get(headers);
    const head = await get(headers, 'HEAD');
    expect([full.status, head.status]).toEqual([status, status]);
    if (status === 412) expect(await refusal(full)).toMatchObject({ code: 'PRECONDITION_FAILED' });
    else expect(await full.text()).toBe(status === 304 ? '' : CONTENT);
    if (status !== 412) expect(full.headers.get('etag')).toBe(ETAG);
  });

  it('that was met answers 304 with what a cache must know', async () => {
    const { headers } = await get({ 'if-none-match': ETAG });
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(headers.get('last-modified')).toBe(LAST_MODIFIED);
  });

  it('leaves the connection in order behind a 304 and behind a HEAD', async () => {
    const connection = await RawConnection.open(app.url);
    const path = `/api/files/docs/${file.id}/download HTTP/1.1`;
    connection.head(`GET ${path}`, 'Host: x', `If-None-Match: ${ETAG}`);
    connection.head(`GET ${path}`, 'Host: x', 'Range: bytes=0-2');
    expect((await connection.response())?.status).toBe(304);
    expect(await connection.response()).toMatchObject({ status: 206, body: 'The' });
    connection.close();
  });
});
