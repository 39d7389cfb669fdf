import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBucket, refusal, store } from '../support/files-api.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startApp, TEST_SECRET, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => (app = await startApp({ schema: openBucket() })));
afterAll(() => app.dispose());

const now = Math.floor(Date.now() / 1000);
const GOOD = { sub: 'anna', iss: 'alyx', iat: now, exp: now + 60 };

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token made by hand, as any other program with the secret, or without it, could. */
function mint(
  claims: object,
  { secret = TEST_SECRET, header = { alg: 'HS256', typ: 'JWT' }, hash = 'sha256' } = {},
) {
  const content = `${base64(header)}.${base64(claims)}`;
  return `${content}.${createHmac(hash, secret).update(content).digest('base64url')}`;
}

const ask = (authorization: string) => app.request('/api/files/docs', { headers: { authorization } });

describe('a bearer token', () => {
  it('that another program made with the same secret and issuer is honoured', async () => {
    expect((await ask(`Bearer ${mint(GOOD)}`)).status).toBe(200);
    expect((await ask(`bearer ${mint({ ...GOOD, role: 'admin', email: 'a@example.com' })}`)).status).toBe(
      200,
    );
  });

  const unsigned = `${base64({ alg: 'none', typ: 'JWT' })}.${base64(GOOD)}.`;
  const [head = '', , signature = ''] = mint(GOOD).split('.');
  it.each([
    ['of another secret', mint(GOOD, { secret: 'x'.repeat(40) })],
    ['of an empty secret', mint(GOOD, { secret: '' })],
    ['without a signature', unsigned],
    ['without a signature, but with somebody else’s', `${unsigned}${signature}`],
    ['that says alg: none and is signed', mint(GOOD, { header: { alg: 'none', typ: 'JWT' } })],
    ['signed with HS512', mint(GOOD, { header: { alg: 'HS512', typ: 'JWT' }, hash: 'sha512' })],
    ['that says RS256 over an HMAC', mint(GOOD, { header: { alg: 'RS256', typ: 'JWT' } })],
    ['whose claims were changed', `${head}.${base64({ ...GOOD, role: 'admin' })}.${signature}`],
    ['of another issuer', mint({ ...GOOD, iss: 'elsewhere' })],
    ['of no issuer', mint({ ...GOOD, iss: undefined })],
    ['without an expiry', mint({ ...GOOD, exp: undefined })],
    ['whose expiry is no number', mint({ ...GOOD, exp: 'never' })],
    ['that is not valid yet', mint({ ...GOOD, nbf: now + 600 })],
    ['without a subject', mint({ ...GOOD, sub: undefined })],
    ['with an empty subject', mint({ ...GOOD, sub: '' })],
    ['that is a refresh token', mint({ ...GOOD, typ: 'refresh' })],
    ['that is no JWT', 'abc'],
    ['that is only dots', '..'],
    ['whose claims are no object', `${head}.${base64('x')}.${signature}`],
  ])('%s is refused, never anonymous', async (_, token) => {
    const response = await ask(`Bearer ${token}`);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await refusal(response)).toMatchObject({ status: 401, code: 'INVALID_TOKEN' });
  });

  it('that has expired says so', async () => {
    const response = await ask(`Bearer ${mint({ ...GOOD, exp: now - 10 })}`);
    expect(await refusal(response)).toMatchObject({ status: 401, code: 'TOKEN_EXPIRED' });
  });

  it.each(['Basic YTpi', 'Bearer', 'Bearer ', 'Bearer a b', `Token ${mint(GOOD)}`, mint(GOOD)])(
    'cannot be "%s"',
    async (header) => {
      expect(await refusal(await ask(header))).toMatchObject({ status: 401, code: 'INVALID_TOKEN' });
    },
  );

  it('is looked at on every route, even one that is none', async () => {
    for (const path of ['/api/nothing', '/health/live']) {
      expect((await app.request(path, { headers: { authorization: 'Bearer x' } })).status).toBe(401);
    }
  });

  it('counts for its own request only, whatever the same connection said before', async () => {
    const schema = `buckets: { docs: { backend: local, rules: { create: "true", read: 'auth.id == "anna"' } } }`;
    const strict = await startApp({ schema });
    const { id } = await store(strict, 'docs', 'a.txt', 'x');
    const connection = await RawConnection.open(strict.url);
    const statusFor = async (...authorization: string[]) => {
      connection.head(`GET /api/files/docs/${id} HTTP/1.1`, 'Host: x', ...authorization);
      return (await connection.response())?.status;
    };
    const anna = `Authorization: Bearer ${mint(GOOD)}`;
    const ben = `Authorization: Bearer ${mint({ ...GOOD, sub: 'ben' })}`;
    const said = [
      [anna],
      [anna],
      [ben],
      [ben],
      [],
      [anna],
      ['Authorization: Bearer x'],
      ['Authorization: x'],
      [anna],
    ];
    const statuses: unknown[] = [];
    for (const lines of said) statuses.push(await statusFor(...lines));
    expect(statuses).toEqual([200, 200, 403, 403, 401, 200, 401, 401, 200]);
    connection.close();
    await strict.dispose();
  });
});
