import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logIn, PASSWORD, post, register, setUp, withToken } from '../support/accounts-api.ts';
import { openBucket, refusal } from '../support/files-api.ts';
import { startApp, TEST_SECRET, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let now: number;

beforeEach(async () => {
  now = Date.now();
  app = await startApp({ schema: openBucket(), clock: () => now });
});
afterEach(() => app.dispose());

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function forge(claims: object, { alg = 'HS256', secret = TEST_SECRET } = {}): string {
  const signed = `${encode({ alg, typ: 'JWT' })}.${encode(claims)}`;
  const hash = alg === 'HS512' ? 'sha512' : 'sha256';
  const signature = alg === 'none' ? '' : createHmac(hash, secret).update(signed).digest('base64url');
  return `${signed}.${signature}`;
}

const SECONDS = Math.floor(Date.now() / 1000);
const ADMIN = { sub: 'u1', role: 'admin', verified: true, iss: 'alyx', iat: SECONDS, exp: SECONDS + 3600 };

function ask(token: string, path = '/api/auth/me'): Promise<Response> {
  return app.request(path, { headers: { authorization: `Bearer ${token}` } });
}

describe('tokens', () => {
  it('minted elsewhere with the same secret and issuer are honoured', async () => {
    expect(await (await ask(forge({ ...ADMIN, metadata: { plan: 'pro' } }))).json()).toMatchObject({
      id: 'u1',
      role: 'admin',
      metadata: { plan: 'pro' },
    });
  });

  it.each([
    ['without a signature', forge(ADMIN, { alg: 'none' }), 'INVALID_TOKEN'],
    ['of another algorithm', forge(ADMIN, { alg: 'HS512' }), 'INVALID_TOKEN'],
    ['under another secret', forge(ADMIN, { secret: 'x'.repeat(40) }), 'INVALID_TOKEN'],
    ['of another issuer', forge({ ...ADMIN, iss: 'other' }), 'INVALID_TOKEN'],
    ['of no issuer', forge({ ...ADMIN, iss: undefined }), 'INVALID_TOKEN'],
    ['that never expire', forge({ ...ADMIN, exp: undefined }), 'INVALID_TOKEN'],
    ['of nobody', forge({ ...ADMIN, sub: '' }), 'INVALID_TOKEN'],
    ['not valid yet', forge({ ...ADMIN, nbf: SECONDS + 600 }), 'INVALID_TOKEN'],
    ['of another kind', forge({ ...ADMIN, typ: 'refresh' }), 'INVALID_TOKEN'],
    ['of a session that never was', forge({ ...ADMIN, alyx_session: 'nope' }), 'INVALID_TOKEN'],
    ['that expired', forge({ ...ADMIN, exp: SECONDS - 1 }), 'TOKEN_EXPIRED'],
    ['that are none', 'a.b.c', 'INVALID_TOKEN'],
  ])('%s are refused, never taken for anonymous', async (_case, token, code) => {
    for (const path of ['/api/auth/me', '/api/files/docs']) {
      expect(await refusal(await ask(token, path))).toMatchObject({ status: 401, code });
    }
  });

  it('of the two kinds are not taken for each other', async () => {
    const { tokens } = await register(app, 'ada@example.com');
    expect((await ask(tokens.refresh_token)).status).toBe(401);
    const crossed = await post(app, '/api/auth/refresh', { refresh_token: tokens.access_token });
    expect(await refusal(crossed)).toMatchObject({ status: 401, code: 'INVALID_TOKEN' });
  });

  it('of a session say nothing about role or owner that counts: the stored user does', async () => {
    const { user, tokens } = await register(app, 'ada@example.com');
    const claims = JSON.parse(
      Buffer.from(tokens.access_token.split('.')[1] ?? '', 'base64url').toString(),
    ) as object;
    const promoted = await ask(forge({ ...claims, role: 'admin' }));
    expect(await promoted.json()).toMatchObject({ id: user.id, role: 'user' });
    expect((await ask(forge({ ...claims, sub: 'somebody else' }))).status).toBe(401);
  });
});

describe('registration', () => {
  it.each(['role', 'verified', 'metadata', 'id', 'password_hash', '__proto__', 'is_admin'])(
    'takes no "%s" from whoever registers',
    async (key) => {
      const value = key === 'verified' ? 'true' : key === 'metadata' ? '{"plan":"pro"}' : '"admin"';
      const body = `{"email":"eve@example.com","password":"${PASSWORD}","${key}":${value}}`;
      const response = await app.request('/api/auth/register', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      if (response.status === 201) {
        expect(await response.json()).toMatchObject({
          user: { role: 'user', verified: false, metadata: {} },
        });
      } else {
        expect(await refusal(response)).toMatchObject({ status: 400, code: 'VALIDATION_ERROR' });
      }
    },
  );
});

describe('guessing', () => {
  const attempt = (email: string, headers: Record<string, string> = {}, password = 'wrong password') =>
    post(app, '/api/auth/login', { email, password }, headers);

  it('gets five tries a minute from one address, whatever X-Forwarded-For claims', async () => {
    for (let n = 0; n < 5; n += 1) {
      const headers = { 'x-forwarded-for': `198.51.100.${n}`, forwarded: `for=198.51.100.${n}` };
      expect((await attempt(`u${n}@example.com`, headers)).status).toBe(401);
    }
    const sixth = await attempt('u6@example.com', {
      'x-forwarded-for': '203.0.113.9',
      'x-real-ip': '1.2.3.4',
    });
    expect(sixth.headers.get('retry-after')).toBe('60');
    expect(await refusal(sixth)).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    now += 60_001;
    expect((await attempt('u6@example.com')).status).toBe(401);
  });

  it('cannot find the right password once it is limited', async () => {
    await register(app, 'ada@example.com');
    for (let n = 0; n < 5; n += 1) await attempt('ada@example.com');
    expect((await attempt('ada@example.com', {}, PASSWORD)).status).toBe(429);
  });

  it('does not get more tries by sending them at once', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => attempt('ada@example.com')));
    expect(all.filter(({ status }) => status === 401)).toHaveLength(5);
  });

  it('is limited per account too, behind a proxy that is trusted: from any number of addresses', async () => {
    const proxied = await startApp({
      schema: openBucket(),
      config:
        `server: { trust_proxy: true }\n` +
        `auth: { jwt: { secret: ${TEST_SECRET} } }\nstorage: { durable: false }`,
    });
    const from = (address: string, email: string) =>
      post(
        proxied,
        '/api/auth/login',
        { email, password: 'wrong password' },
        { 'x-forwarded-for': address },
      ).then(({ status }) => status);
    for (let n = 0; n < 5; n += 1) expect(await from(`198.51.100.${n}`, 'ADA@example.com')).toBe(401);
    expect(await from('198.51.100.99', 'ada@example.com')).toBe(429);
    // One subscriber has a whole /64 of IPv6 addresses.
    for (let n = 0; n < 5; n += 1) expect(await from(`2001:db8:1:2::${n}`, `u${n}@example.com`)).toBe(401);
    expect(await from('2001:db8:1:2:ffff::1', 'u9@example.com')).toBe(429);
    expect(await from('2001:db8:1:3::1', 'u9@example.com')).toBe(401);
    await proxied.dispose();
  });

  it('does not count those who know their password', async () => {
    await register(app, 'ada@example.com');
    for (let n = 0; n < 8; n += 1) await logIn(app, 'ada@example.com');
  });

  it('registers three accounts a minute from one address', async () => {
    for (const name of ['a', 'b', 'c']) await register(app, `${name}@example.com`);
    const fourth = await post(app, '/api/auth/register', { email: 'd@example.com', password: PASSWORD });
    expect(await refusal(fourth)).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(Number(fourth.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('hashes for an unknown address too, so that the time tells nothing', async () => {
    // Real costs: a hash takes some 20 ms, an answer without one takes less than 2 ms.
    const real = await startApp({
      schema: openBucket(),
      realPasswords: true,
      config:
        `auth: { jwt: { secret: ${TEST_SECRET} }, rate_limit: { login: { max: 100 } } }\n` +
        `storage: { durable: false }`,
    });
    await register(real, 'ada@example.com');
    const times = { known: [] as number[], unknown: [] as number[] };
    const measure = async (into: number[], email: string) => {
      const start = performance.now();
      await post(real, '/api/auth/login', { email, password: 'wrong password' });
      into.push(performance.now() - start);
    };
    // In turns, so that whatever else this machine does slows both down alike.
    for (let n = 0; n < 9; n += 1) {
      await measure(times.known, 'ada@example.com');
      await measure(times.unknown, 'eve@example.com');
    }
    expect(Math.min(...times.unknown)).toBeGreaterThan(Math.min(...times.known) / 3);
    await real.dispose();
  });
});

describe('what leaks', () => {
  it('holds no password, hash or token: neither the log nor an answer', async () => {
    const root = await setUp(app);
    const ada = await register(app, 'ada@example.com');
    await post(app, '/api/auth/login', { email: 'ada@example.com', password: 'a wrong password' });
    await post(app, '/api/auth/refresh', { refresh_token: ada.tokens.refresh_token });
    const me = await (await withToken(app, ada, '/api/auth/me')).text();
    const written = `${app.logLines.join('\n')}${me}`;
    const secrets = [
      PASSWORD,
      'a wrong password',
      '$argon2id$',
      app.app.setupToken ?? '',
      ...[root, ada].flatMap(({ tokens }) => [tokens.access_token, tokens.refresh_token]),
    ];
    expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
  });
});
