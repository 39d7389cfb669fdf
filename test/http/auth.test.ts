import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logIn, PASSWORD, post, register, session, setUp, withToken } from '../support/accounts-api.ts';
import { openBucket, refusal } from '../support/files-api.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let now: number;

beforeEach(async () => {
  now = Date.now();
  app = await startApp({ schema: openBucket(), clock: () => now });
});
afterEach(() => app.dispose());

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('POST /api/auth/register', () => {
  it('makes a plain user and logs them in', async () => {
    const response = await post(app, '/api/auth/register', { email: 'Ada@Example.com', password: PASSWORD });
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(await response.json()).toEqual({
      user: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        email: 'ada@example.com',
        verified: false,
        role: 'user',
        metadata: {},
        created_at: expect.stringMatching(TIME) as string,
        updated_at: expect.stringMatching(TIME) as string,
      },
      tokens: {
        access_token: expect.any(String) as string,
        refresh_token: expect.any(String) as string,
        expires_at: new Date(now + 900_000).toISOString(),
        token_type: 'Bearer',
      },
    });
  });

  it('gives out an access token with the claims of the contract', async () => {
    const { user, tokens } = await register(app, 'ada@example.com');
    const claims = JSON.parse(
      Buffer.from(tokens.access_token.split('.')[1] ?? '', 'base64url').toString(),
    ) as Record<string, unknown>;
    expect(claims).toMatchObject({
      sub: user.id,
      email: 'ada@example.com',
      role: 'user',
      verified: false,
      iss: 'alyx',
    });
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(900);
  });

  it.each([
    [{}, 'VALIDATION_ERROR', ['email', 'password']],
    [{ email: 'not an address', password: 'short' }, 'VALIDATION_ERROR', ['email', 'password']],
    [{ email: 'a@b@c', password: PASSWORD }, 'VALIDATION_ERROR', ['email']],
    [{ email: 'ada@example.com', password: 'x'.repeat(300) }, 'VALIDATION_ERROR', ['password']],
    [{ email: 5, password: PASSWORD }, 'VALIDATION_ERROR', ['email']],
    [[], 'VALIDATION_ERROR', []],
  ])('refuses %j, naming every field that is wrong', async (body, code, fields) => {
    const refused = await refusal(await post(app, '/api/auth/register', body));
    expect(refused).toMatchObject({ status: 400, code });
    expect((refused.details as { field: string }[]).map(({ field }) => field)).toEqual(fields);
  });

  it('refuses an address that is taken, in any case', async () => {
    await register(app, 'ada@example.com');
    const again = await post(app, '/api/auth/register', { email: 'ADA@example.COM', password: PASSWORD });
    expect(await refusal(again)).toMatchObject({ status: 409, code: 'USER_EXISTS' });
  });

  it('lets one of two at once have the address', async () => {
    const body = { email: 'ada@example.com', password: PASSWORD };
    const both = await Promise.all([
      post(app, '/api/auth/register', body),
      post(app, '/api/auth/register', body),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it('is closed where alyx.yml says so', async () => {
    const closed = await startApp({
      schema: openBucket(),
      config: `auth: { allow_registration: false, jwt: { secret: ${'s'.repeat(32)} } }\nstorage: { durable: false }`,
    });
    const response = await post(closed, '/api/auth/register', { email: 'a@b.de', password: PASSWORD });
    expect(await refusal(response)).toMatchObject({ status: 403, code: 'REGISTRATION_CLOSED' });
    const status = await closed.request('/api/auth/status');
    expect(await status.json()).toMatchObject({ allow_registration: false });
    await closed.dispose();
  });
});

describe('POST /api/auth/login', () => {
  it('takes the address in any case, and any spelling of the password', async () => {
    const { user } = await register(app, 'ada@example.com');
    expect((await logIn(app, 'ADA@example.com')).user).toEqual(user);
  });

  it.each([
    ['a wrong password', { email: 'ada@example.com', password: 'wrong' }],
    ['an unknown address', { email: 'eve@example.com', password: PASSWORD }],
    ['what is no address', { email: 'ada', password: PASSWORD }],
  ])('refuses %s, always in the same words', async (_case, body) => {
    await register(app, 'ada@example.com');
    expect(await refusal(await post(app, '/api/auth/login', body))).toMatchObject({
      status: 401,
      code: 'INVALID_CREDENTIALS',
      error: 'The e-mail address or the password is wrong.',
    });
  });

  it('outlives a restart, as do its sessions', async () => {
    const before = await register(app, 'ada@example.com');
    await app.close();
    const again = await startApp({ schema: openBucket(), folder: app.folder });
    expect((await withToken(again, before, '/api/auth/me')).status).toBe(200);
    expect((await logIn(again, 'ada@example.com')).user).toEqual(before.user);
    await again.close();
  });
});

describe('POST /api/auth/refresh', () => {
  const refresh = (token: string) => post(app, '/api/auth/refresh', { refresh_token: token });

  it('trades the token for fresh ones', async () => {
    const first = await register(app, 'ada@example.com');
    now += 60_000;
    const second = await session(refresh(first.tokens.refresh_token));
    expect(second.user).toEqual(first.user);
    expect(second.tokens.refresh_token).not.toBe(first.tokens.refresh_token);
    expect((await withToken(app, second, '/api/auth/me')).status).toBe(200);
    await session(refresh(second.tokens.refresh_token));
  });

  it('ends the session, access tokens too, when a used token comes back', async () => {
    const stolen = await register(app, 'ada@example.com');
    const elsewhere = await logIn(app, 'ada@example.com');
    const fresh = await session(refresh(stolen.tokens.refresh_token));
    now += 60_000;
    expect(await refusal(await refresh(stolen.tokens.refresh_token))).toMatchObject({
      status: 401,
      code: 'INVALID_TOKEN',
    });
    expect((await refresh(fresh.tokens.refresh_token)).status).toBe(401);
    expect((await withToken(app, fresh, '/api/auth/me')).status).toBe(401);
    expect((await withToken(app, elsewhere, '/api/auth/me')).status).toBe(200);
    expect(app.logLines.some((line) => line.includes('a refresh token was used twice'))).toBe(true);
  });

  it('gives a client that lost the answer the same one again', async () => {
    const first = await register(app, 'ada@example.com');
    await session(refresh(first.tokens.refresh_token));
    now += 5_000;
    const repeated = await session(refresh(first.tokens.refresh_token));
    await session(refresh(repeated.tokens.refresh_token));
    expect((await refresh(first.tokens.refresh_token)).status).toBe(401);
  });

  it('asks for a token', async () => {
    expect(await refusal(await post(app, '/api/auth/refresh', {}))).toMatchObject({
      status: 401,
      code: 'UNAUTHORIZED',
    });
    const noBody = await app.request('/api/auth/refresh', { method: 'POST' });
    expect(noBody.status).toBe(401);
  });
});

describe('POST /api/auth/logout', () => {
  it('ends the session that the refresh token belongs to, and no other', async () => {
    const one = await register(app, 'ada@example.com');
    const two = await logIn(app, 'ada@example.com');
    const token = { refresh_token: one.tokens.refresh_token };
    expect((await post(app, '/api/auth/logout', token)).status).toBe(204);
    expect((await withToken(app, one, '/api/auth/me')).status).toBe(401);
    expect((await post(app, '/api/auth/refresh', token)).status).toBe(401);
    expect((await withToken(app, two, '/api/auth/me')).status).toBe(200);
    expect((await post(app, '/api/auth/logout', token)).status).toBe(204);
  });

  it('ends the session of the access token when it gets nothing else', async () => {
    const one = await register(app, 'ada@example.com');
    expect((await withToken(app, one, '/api/auth/logout', { method: 'POST' })).status).toBe(204);
    expect((await withToken(app, one, '/api/auth/me')).status).toBe(401);
    expect((await app.request('/api/auth/logout', { method: 'POST' })).status).toBe(401);
  });
});

describe('GET /api/auth/me', () => {
  it('shows whom the token stands for', async () => {
    const ada = await register(app, 'ada@example.com');
    expect(await (await withToken(app, ada, '/api/auth/me')).json()).toEqual(ada.user);
    expect(await refusal(await app.request('/api/auth/me'))).toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('shows what a token that was minted elsewhere says of its owner', async () => {
    const me = await app.request('/api/auth/me', { as: 'u1', role: 'editor' });
    expect(await me.json()).toEqual({
      id: 'u1',
      email: 'u1@example.com',
      verified: true,
      role: 'editor',
      metadata: {},
      created_at: null,
      updated_at: null,
    });
  });
});

describe('the first admin', () => {
  it('is made by the one-time link, once', async () => {
    const status = async () => (await app.request('/api/auth/status')).json();
    const facts = { allow_registration: true, password_min_length: 8 };
    expect(await status()).toEqual({ needs_setup: true, ...facts });
    const { user } = await setUp(app);
    expect(user).toMatchObject({ email: 'root@example.com', role: 'admin', verified: true });
    expect(await status()).toEqual({ needs_setup: false, ...facts });
    await expect(setUp(app, 'second@example.com')).rejects.toThrow('401');
  });

  it('is not made by a wrong token, nor with a weak password', async () => {
    const login = { email: 'eve@example.com', password: PASSWORD };
    for (const token of ['', 'x', app.app.setupToken?.slice(1)]) {
      const response = await post(app, '/api/auth/setup', { token, ...login });
      expect(await refusal(response)).toMatchObject({ status: 401, code: 'INVALID_TOKEN' });
    }
    const weak = { token: app.app.setupToken, email: 'eve@example.com', password: 'weak' };
    expect((await post(app, '/api/auth/setup', weak)).status).toBe(400);
    await setUp(app);
  });

  it('leaves no token behind: a restart with an admin has none, one without has another', async () => {
    const first = app.app.setupToken;
    await app.close();
    const second = await startApp({ schema: openBucket(), folder: app.folder });
    expect(second.app.setupToken).not.toBe(first);
    await setUp(second);
    await second.close();
    const third = await startApp({ schema: openBucket(), folder: app.folder });
    expect(third.app.setupToken).toBeNull();
    await third.close();
  });
});

describe('a session in a cookie, for pages of this origin', () => {
  const HEADER = { 'x-alyx-session': 'cookie' };
  const login = (headers: Record<string, string> = {}) =>
    post(
      app,
      '/api/auth/login',
      { email: 'ada@example.com', password: PASSWORD, session: 'cookie' },
      headers,
    );
  const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';

  beforeEach(async () => {
    await register(app, 'ada@example.com');
  });

  it('keeps the refresh token from every script', async () => {
    const response = await login();
    expect(response.headers.get('set-cookie')).toMatch(
      /^alyx_refresh=[\w.-]+; Max-Age=604800; Path=\/api\/auth; HttpOnly; SameSite=Strict$/,
    );
    const body = (await response.json()) as { tokens: { access_token: string; refresh_token: null } };
    expect(body.tokens.refresh_token).toBeNull();
    expect(cookieOf(response)).not.toContain(body.tokens.access_token);
  });

  it('refreshes and ends by the cookie', async () => {
    const cookie = cookieOf(await login());
    const refreshed = await post(app, '/api/auth/refresh', {}, { ...HEADER, cookie: `a=b; ${cookie}` });
    expect(refreshed.status).toBe(200);
    const next = cookieOf(refreshed);
    expect(next).not.toBe(cookie);
    const out = await app.request('/api/auth/logout', {
      method: 'POST',
      headers: { ...HEADER, cookie: next },
    });
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toMatch(/^alyx_refresh=; Max-Age=0; Path=\/api\/auth;/);
    expect((await post(app, '/api/auth/refresh', {}, { ...HEADER, cookie: next })).status).toBe(401);
  });

  it.each([
    ['without the header that only a page of this origin can send', {}],
    ['from a page of another site', { ...HEADER, 'sec-fetch-site': 'cross-site' }],
    ['from a page of another port of this host', { ...HEADER, 'sec-fetch-site': 'same-site' }],
  ])('is worth nothing %s', async (_case, headers) => {
    const cookie = cookieOf(await login());
    expect((await post(app, '/api/auth/refresh', {}, { ...headers, cookie })).status).toBe(401);
    const me = await app.request('/api/auth/me', { headers: { ...headers, cookie } });
    expect(me.status).toBe(401);
  });

  it('is for HTTPS only where the server is reached by HTTPS', async () => {
    const secure = await startApp({
      schema: openBucket(),
      config:
        `server: { public_url: "https://files.example.com" }\n` +
        `auth: { jwt: { secret: ${'s'.repeat(32)} } }\nstorage: { durable: false }`,
    });
    const body = { email: 'a@example.com', password: PASSWORD, session: 'cookie' };
    const response = await post(secure, '/api/auth/register', body);
    expect(response.headers.get('set-cookie')).toMatch(/; Secure$/);
    await secure.dispose();
  });
});
