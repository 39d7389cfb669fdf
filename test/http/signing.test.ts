import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OPEN_RULES, refusal, store, type FileJson } from '../support/files-api.ts';
import { askToSign, sign } from '../support/signing.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const MINUTE = 60_000;
const START = Date.now();

let app: TestApp;
let now: number;
let file: FileJson;

beforeAll(async () => {
  app = await startApp({
    schema: `buckets:
  docs: { backend: local, rules: { create: "true", read: "true", download: "auth.id == 'ann'", delete: "true" } }
  open: { backend: local, rules: ${OPEN_RULES} }
`,
    env: { ALYX_STORAGE_SIGNED_URLS_DEFAULT_EXPIRY: '10m', ALYX_STORAGE_SIGNED_URLS_MAX_EXPIRY: '2h' },
    clock: () => now,
  });
  now = START;
  file = await store(app, 'docs', 'a page.html', '<!doctype html><p>hello');
});

afterAll(() => app.dispose());

beforeEach(() => {
  now = START;
});

describe('signing', () => {
  it.each([
    ['', 'download', 10 * MINUTE],
    ['?expiry=1s', 'download', 1000],
    ['?expiry=1h30m', 'download', 90 * MINUTE],
    ['?expiry=2h&operation=view', 'view', 120 * MINUTE],
    ['?operation=download', 'download', 10 * MINUTE],
  ])('with "%s" gives a link to %s', async (query, operation, expiry) => {
    const response = await askToSign(app, file, query, { as: 'ann' });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const body = (await response.json()) as Record<string, string>;
    const { token = '' } = body;
    expect(token).toMatch(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);
    expect(body).toEqual({
      url: `/api/files/docs/${file.id}/${operation}?token=${token}`,
      token,
      expires_at: new Date(now + expiry).toISOString(),
    });
  });

  it.each([
    '0',
    '0s',
    '-5m',
    'never',
    '',
    '15',
    '1 h',
    '2h1s',
    '8d',
    '999ms',
    '1e3s',
    'Infinity',
    '9'.repeat(40) + 'd',
  ])('for the time "%s" is refused', async (expiry) => {
    const query = `?expiry=${encodeURIComponent(expiry)}`;
    expect(await refusal(await askToSign(app, file, query, { as: 'ann' }))).toMatchObject({
      status: 400,
      code: 'INVALID_EXPIRY',
    });
  });

  it.each(['delete', 'update', '', 'Download'])('for "%s" is refused', async (operation) => {
    const response = await askToSign(app, file, `?operation=${operation}`, { as: 'ann' });
    expect(await refusal(response)).toMatchObject({ status: 400, code: 'INVALID_OPERATION' });
  });

  it.each(['?expiry=1m&expiry=2m', '?operation=view&operation=download', '?user=root'])(
    'with %s is refused',
    async (query) => {
      const response = await askToSign(app, file, query, { as: 'ann' });
      expect(await refusal(response)).toMatchObject({ status: 400, code: 'INVALID_QUERY' });
    },
  );

  it('is for those who may download', async () => {
    expect(await refusal(await askToSign(app, file))).toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
    expect(await refusal(await askToSign(app, file, '', { as: 'bob' }))).toMatchObject({ status: 403 });
    await sign(app, file, '', { as: 'root', role: 'admin' });
  });

  it('is for anybody in a public bucket', async () => {
    const open = await store(app, 'open', 'a.txt', 'public');
    const { url } = await sign(app, open);
    expect(await (await app.request(url)).text()).toBe('public');
  });

  it.each(['00000000-0000-7000-8000-000000000000', 'nothing', '%2e%2e'])('of %s is 404', async (id) => {
    const response = await askToSign(app, { bucket: 'open', id });
    expect(await refusal(response)).toMatchObject({ status: 404 });
  });
});

describe('a signed link', () => {
  const link = async (query = '') => (await sign(app, file, query, { as: 'ann' })).url;

  it('opens the file without credentials', async () => {
    const response = await app.request(await link());
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
    expect(await response.text()).toBe('<!doctype html><p>hello');
  });

  it('opens it for users whom the rule would refuse', async () => {
    expect((await app.request(await link(), { as: 'bob' })).status).toBe(200);
  });

  it('to view shows it, sandboxed like any other', async () => {
    const response = await app.request(await link('?operation=view'));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toMatch(/^inline/);
    expect(response.headers.get('content-security-policy')).toContain('sandbox');
  });

  it('works with HEAD, with ranges and with conditions', async () => {
    const url = await link();
    const head = await app.request(url, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe('23');
    const part = await app.request(url, { headers: { range: 'bytes=18-22' } });
    expect(part.status).toBe(206);
    expect(await part.text()).toBe('hello');
    const etag = head.headers.get('etag') ?? '';
    expect((await app.request(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it('works until it expires, and then says that it has expired', async () => {
    const url = await link('?expiry=15m');
    now += 15 * MINUTE - 1;
    expect((await app.request(url)).status).toBe(200);
    now += 1;
    const expired = { status: 401, code: 'TOKEN_EXPIRED' };
    expect(await refusal(await app.request(url))).toMatchObject(expired);
    expect((await app.request(url, { method: 'HEAD' })).status).toBe(401);
    expect(await refusal(await app.request(url, { as: 'ann' }))).toMatchObject(expired);
  });

  it('to a file that is gone is 404', async () => {
    const gone = await store(app, 'docs', 'gone.txt', 'gone');
    const { url } = await sign(app, gone, '', { as: 'ann' });
    await app.request(`/api/files/docs/${gone.id}`, { method: 'DELETE' });
    expect(await refusal(await app.request(url))).toMatchObject({ status: 404, code: 'FILE_NOT_FOUND' });
  });

  it('outlives a restart', async () => {
    const url = await link();
    const { folder } = app;
    const schema = `buckets: { docs: { backend: local }, open: { backend: local } }`;
    await app.close();
    const next = await startApp({ schema, folder, clock: () => now });
    expect((await next.request(url)).status).toBe(200);
    await next.close();
  });
});

describe('a signed link', () => {
  it.each([
    [{ ALYX_SERVER_PUBLIC_URL: 'https://files.example' }, {}, 'https://files.example'],
    [
      { ALYX_SERVER_TRUST_PROXY: 'true' },
      { 'x-forwarded-host': 'proxy.example:8443', 'x-forwarded-proto': 'https' },
      'https://proxy.example:8443',
    ],
    [{ ALYX_SERVER_TRUST_PROXY: 'true' }, { 'x-forwarded-host': 'evil.example/"<script>' }, ''],
    [{}, { 'x-forwarded-host': 'evil.example' }, ''],
  ])('under %j, to a request with %j, begins with "%s"', async (env, headers, origin) => {
    const own = await startApp({
      schema: `buckets: { open: { backend: local, rules: ${OPEN_RULES} } }`,
      env,
    });
    const stored = await store(own, 'open', 'a.txt', 'hello');
    const { url, token } = await sign(own, stored, '', { headers });
    expect(url).toBe(`${origin}/api/files/open/${stored.id}/download?token=${token}`);
    await own.dispose();
  });
});
