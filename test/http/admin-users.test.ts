import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userListShape } from '../../src/http/routes/admin/users.ts';
import { userShape } from '../../src/http/routes/auth-shapes.ts';
import {
  json,
  logIn,
  PASSWORD,
  post,
  register,
  setUp,
  withToken,
  type SessionJson,
  type UserJson,
} from '../support/accounts-api.ts';
import { refusal } from '../support/files-api.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const SCHEMA = `
buckets:
  pro: { backend: local, rules: { create: "auth.metadata.plan == 'pro'", read: "auth.role == 'admin'" } }
`;

let app: TestApp;
let root: SessionJson;

beforeEach(async () => {
  app = await startApp({ schema: SCHEMA });
  root = await setUp(app);
});
afterEach(() => app.dispose());

const admin = (path: string, init: RequestInit = {}) => withToken(app, root, `/api/admin/users${path}`, init);
const patch = (id: string, body: object) => admin(`/${id}`, { method: 'PATCH', ...json(body) });
const create = (body: object) => admin('', { method: 'POST', ...json(body) });
const list = async (query: string) => {
  const body = (await (await admin(query)).json()) as { users: UserJson[]; total: number };
  return { emails: body.users.map(({ email }) => email), total: body.total };
};
const status = async (session: SessionJson, path = '/api/auth/me') =>
  (await withToken(app, session, path)).status;

describe('GET /api/admin/users', () => {
  it('lists everybody, newest first, in pages, by a part of the address, by role', async () => {
    for (const name of ['ada', 'bob', 'eve']) await register(app, `${name}@example.com`);
    const whole = await admin('');
    expect(userListShape.parse(await whole.json())).toMatchObject({ total: 4, limit: 50, offset: 0 });
    expect(whole.headers.get('cache-control')).toBe('no-store');
    expect(await list('?limit=2&offset=1')).toEqual({
      emails: ['bob@example.com', 'ada@example.com'],
      total: 4,
    });
    expect(await list('?search=EV')).toEqual({ emails: ['eve@example.com'], total: 1 });
    expect(await list('?search=%00')).toEqual({ emails: [], total: 0 });
    expect(await list('?role=admin')).toEqual({ emails: ['root@example.com'], total: 1 });
    expect(await refusal(await admin('?limit=0&color=red'))).toMatchObject({ code: 'INVALID_QUERY' });
  });
});

describe('POST /api/admin/users', () => {
  it('refuses metadata with a number that no double can be, which would be null when it is read', async () => {
    const body = `{"email": "a@b.de", "password": "${PASSWORD}", "metadata": {"a": [-1e999]}}`;
    const refused = await refusal(await admin('', { method: 'POST', ...json({}), body }));
    expect(refused).toMatchObject({ code: 'VALIDATION_ERROR', details: [{ field: 'metadata' }] });
  });

  it('creates users of any kind, also where registration is closed', async () => {
    const body = { email: 'Ed@Example.com', password: PASSWORD, role: 'admin', metadata: { plan: 'pro' } };
    const response = await create(body);
    expect(response.status).toBe(201);
    const user = userShape.parse(await response.json());
    expect(user).toMatchObject({
      email: 'ed@example.com',
      role: 'admin',
      verified: false,
      metadata: { plan: 'pro' },
    });
    expect(response.headers.get('location')).toBe(`/api/admin/users/${user.id}`);
    expect((await logIn(app, 'ed@example.com')).user).toEqual(user);
    expect(await refusal(await create(body))).toMatchObject({ status: 409, code: 'USER_EXISTS' });
  });

  it.each([
    [{ email: 'a@b.de', password: 'short' }, 'password'],
    [{ email: 'nobody', password: PASSWORD }, 'email'],
    [{ email: 'a@b.de', password: PASSWORD, role: 'owner' }, 'role'],
    [{ email: 'a@b.de', password: PASSWORD, metadata: [] }, 'metadata'],
    [{ email: 'a@b.de', password: PASSWORD, metadata: { x: 'x'.repeat(20_000) } }, 'metadata'],
    [{ email: 'a@b.de', password: PASSWORD, id: 'mine' }, 'id'],
  ])('refuses %j', async (body, field) => {
    expect(await refusal(await create(body))).toMatchObject({
      status: 400,
      code: 'VALIDATION_ERROR',
      details: [{ field }],
    });
  });
});

describe('/api/admin/users/{id}', () => {
  it('changes role, address and metadata, which count at the very next request of the same token', async () => {
    const ada = await register(app, 'ada@example.com');
    const upload = () => withToken(app, ada, '/api/files/pro?name=a.txt', { method: 'PUT', body: 'hello' });
    expect((await upload()).status).toBe(403);
    const changed = await patch(ada.user.id, { metadata: { plan: 'pro' }, verified: true });
    expect(await changed.json()).toMatchObject({ metadata: { plan: 'pro' }, verified: true, role: 'user' });
    expect((await upload()).status).toBe(201);

    expect(await status(ada, '/api/admin/users')).toBe(403);
    await patch(ada.user.id, { role: 'admin' });
    expect(await status(ada, '/api/admin/users')).toBe(200);
    await patch(ada.user.id, { role: 'user' });
    expect(await status(ada, '/api/admin/users')).toBe(403);

    await patch(ada.user.id, { email: 'Countess@Example.com' });
    expect((await logIn(app, 'countess@example.com')).user.id).toBe(ada.user.id);
  });

  it('sets a password, which ends every session of the user', async () => {
    const ada = await register(app, 'ada@example.com');
    expect((await patch(ada.user.id, { password: 'another password' })).status).toBe(200);
    expect(await status(ada)).toBe(401);
    const { refresh_token } = ada.tokens;
    expect((await post(app, '/api/auth/refresh', { refresh_token })).status).toBe(401);
    expect(
      (await post(app, '/api/auth/login', { email: 'ada@example.com', password: PASSWORD })).status,
    ).toBe(401);
    await logIn(app, 'ada@example.com', 'another password');
  });

  it('refuses what is wrong, and changes nothing then', async () => {
    const ada = await register(app, 'ada@example.com');
    const cases: [object, string][] = [
      [{ email: 'root@example.com' }, 'USER_EXISTS'],
      [{ email: 'nonsense', password: 'short' }, 'VALIDATION_ERROR'],
      [{ role: 'admin', created_at: 'now' }, 'VALIDATION_ERROR'],
      [{ role: 'admin', email: 'root@example.com' }, 'USER_EXISTS'],
    ];
    for (const [body, code] of cases) expect((await refusal(await patch(ada.user.id, body))).code).toBe(code);
    expect(await (await admin(`/${ada.user.id}`)).json()).toEqual(ada.user);
  });

  it('deletes a user, whose tokens are worth nothing from then on', async () => {
    const ada = await register(app, 'ada@example.com');
    expect((await admin(`/${ada.user.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await status(ada)).toBe(401);
    expect(await status(ada, '/api/files/pro')).toBe(401);
    for (const method of ['GET', 'DELETE']) {
      expect(await refusal(await admin(`/${ada.user.id}`, { method }))).toMatchObject({
        status: 404,
        code: 'NOT_FOUND',
      });
    }
  });

  it('keeps the last admin', async () => {
    const { id } = root.user;
    expect(await refusal(await admin(`/${id}`, { method: 'DELETE' }))).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
    });
    expect((await refusal(await patch(id, { role: 'user' }))).code).toBe('FORBIDDEN');
    await create({ email: 'two@example.com', password: PASSWORD, role: 'admin' });
    expect((await admin(`/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await status(root)).toBe(401);
  });
});
