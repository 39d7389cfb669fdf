import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccountsContext } from '../../accounts/accounts-context.ts';
import { logIn } from '../../accounts/log-in.ts';
import { logOut } from '../../accounts/log-out.ts';
import { refresh } from '../../accounts/refresh.ts';
import { register } from '../../accounts/register.ts';
import type { Session } from '../../accounts/session.ts';
import { setUp } from '../../accounts/set-up.ts';
import { toTimestamp } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { readBody } from '../input.ts';
import { clearRefreshCookie, readRefreshCookie, setRefreshCookie } from '../refresh-cookie.ts';
import { requireUser } from '../require-user.ts';
import { userToJson } from '../user-json.ts';
import { loginShape, logoutShape, refreshShape, registerShape, setupShape } from './auth-shapes.ts';

/**
 * `/api/auth`: accounts, and the tokens that prove them. The API itself knows bearer tokens only.
 *
 * Two ways to keep a session:
 * - `tokens.refresh_token` of the answer, sent back as `{refresh_token}` to `refresh` and `logout`.
 * - For a page of this origin (the admin UI): `"session": "cookie"` in the body of `login`, `register` or `setup`. The
 *   refresh token then comes as the cookie `alyx_refresh` (HttpOnly, SameSite=Strict, Path=/api/auth) and
 *   `tokens.refresh_token` is null; the page keeps nothing but the access token, in memory. `refresh` and `logout`
 *   without a token in the body use the cookie, if the header `X-Alyx-Session: cookie` says so.
 *
 * Why that is safe although served files share the origin: a file that a browser would run is shown in a sandbox, thus
 * in an origin of its own, which neither reads this one's memory nor sends this cookie (SameSite=Strict, and
 * `Sec-Fetch-Site` is checked); no script reads the cookie; the header keeps out forms and pages of other ports of
 * the same host, which SameSite lets through.
 *
 * Requests to `login`, `register`, `setup`, `refresh` and `logout` must not carry an expired access token in
 * `Authorization`: that is 401 here as everywhere.
 */
export function registerAuth(
  app: FastifyInstance,
  accounts: AccountsContext,
  publicUrl: string | null,
): void {
  const send = (reply: FastifyReply, session: Session, mode: 'token' | 'cookie') => {
    const inCookie = mode === 'cookie';
    if (inCookie) {
      setRefreshCookie(reply, session.refreshToken, accounts.settings.jwt.refreshTtl, publicUrl);
    }
    return reply.header('cache-control', 'no-store').send({
      user: userToJson(session.user),
      tokens: {
        access_token: session.accessToken,
        refresh_token: inCookie ? null : session.refreshToken,
        expires_at: toTimestamp(session.expiresAt),
        token_type: 'Bearer',
      },
    });
  };

  app.get('/api/auth/status', async () => ({
    needs_setup: !(await accounts.users.hasAdmin()),
    allow_registration: accounts.settings.allowRegistration,
    password_min_length: accounts.settings.password.minLength,
  }));

  app.post('/api/auth/register', async (request, reply) => {
    const { session, ...login } = readBody(registerShape, request.body);
    return send(reply.code(201), await register(accounts, login, request.ip), session);
  });

  app.post('/api/auth/login', async (request, reply) => {
    const { session, ...login } = readBody(loginShape, request.body);
    return send(reply, await logIn(accounts, login, request.ip), session);
  });

  app.post('/api/auth/setup', async (request, reply) => {
    const { session, token, ...login } = readBody(setupShape, request.body);
    return send(reply.code(201), await setUp(accounts, token, login), session);
  });

  app.post('/api/auth/refresh', async (request, reply) => {
    const { refresh_token: given } = readBody(refreshShape, request.body ?? {});
    const token = given ?? readRefreshCookie(request);
    if (token === null) throw noRefreshToken();
    return send(reply, await refresh(accounts, token), given === undefined ? 'cookie' : 'token');
  });

  app.post('/api/auth/logout', async (request, reply) => {
    const { refresh_token: given } = readBody(logoutShape, request.body ?? {});
    await endSession(request, given ?? readRefreshCookie(request));
    if (given === undefined) clearRefreshCookie(reply);
    return reply.code(204).send();
  });

  app.get('/api/auth/me', async (request, reply) => {
    const actor = requireUser(request.caller);
    const row = await accounts.users.find(actor.id);
    return reply.header('cache-control', 'no-store').send({
      ...actor,
      created_at: row === null ? null : toTimestamp(row.createdAt),
      updated_at: row === null ? null : toTimestamp(row.updatedAt),
    });
  });

  /** By refresh token, or the session of the access token that the request carries. */
  async function endSession(request: FastifyRequest, refreshToken: string | null): Promise<void> {
    if (refreshToken !== null) await logOut(accounts, refreshToken);
    else if (request.sessionId !== null) await accounts.sessions.end(request.sessionId);
    else throw noRefreshToken();
  }
}

function noRefreshToken(): AppError {
  return new AppError(
    'UNAUTHORIZED',
    'Send {"refresh_token": …}, or the cookie together with the header "X-Alyx-Session: cookie".',
  );
}
