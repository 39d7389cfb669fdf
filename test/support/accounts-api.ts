import type { TestApp } from './test-app.ts';

export const PASSWORD = 'correct horse battery';

export interface UserJson {
  readonly id: string;
  readonly email: string;
  readonly verified: boolean;
  readonly role: string;
  readonly metadata: Record<string, unknown>;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface SessionJson {
  readonly user: UserJson;
  readonly tokens: {
    readonly access_token: string;
    readonly refresh_token: string;
    readonly expires_at: string;
    readonly token_type: string;
  };
}

/** A JSON body with its type. */
export function json(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  };
}

export function post(
  app: TestApp,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return app.request(path, { method: 'POST', ...json(body, headers) });
}

/** A session that must come. */
export async function session(response: Promise<Response>): Promise<SessionJson> {
  const answer = await response;
  if (!answer.ok) throw new Error(`no session: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as SessionJson;
}

export function register(app: TestApp, email: string): Promise<SessionJson> {
  return session(post(app, '/api/auth/register', { email, password: PASSWORD }));
}

export function logIn(app: TestApp, email: string, password = PASSWORD): Promise<SessionJson> {
  return session(post(app, '/api/auth/login', { email, password }));
}

/** The first admin, by the one-time link. */
export function setUp(app: TestApp, email = 'root@example.com'): Promise<SessionJson> {
  const token = app.app.setupToken;
  return session(post(app, '/api/auth/setup', { token, email, password: PASSWORD }));
}

/** Asks with an access token. */
export function withToken(
  app: TestApp,
  { tokens }: SessionJson,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${tokens.access_token}`);
  return app.request(path, { ...init, headers });
}
