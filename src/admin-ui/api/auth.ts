import { ApiError } from './api-error.ts';
import { send, sendJson } from './send.ts';

export interface User {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly verified: boolean;
  readonly created_at: string;
  readonly updated_at: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface Login {
  readonly user: User;
  readonly tokens: { readonly access_token: string; readonly expires_at: string };
}

/** What anybody may know about accounts here. */
export interface AuthStatus {
  /** True while there is no admin. */
  readonly needs_setup: boolean;
  readonly password_min_length: number;
}

export function fetchAuthStatus(): Promise<AuthStatus> {
  return sendJson('/api/auth/status');
}

export function logIn(email: string, password: string): Promise<Login> {
  return sendJson('/api/auth/login', post({ email, password, session: 'cookie' }));
}

/** The first admin, by the one-time link that the server prints. */
export function createFirstAdmin(token: string, email: string, password: string): Promise<Login> {
  return sendJson('/api/auth/setup', post({ token, email, password, session: 'cookie' }));
}

/** A new access token for the session in the cookie; null when there is no session (any more). */
export async function renewLogin(): Promise<Login | null> {
  try {
    return await sendJson<Login>('/api/auth/refresh', withCookie());
  } catch (error) {
    if (error instanceof ApiError && error.status < 500 && error.status !== 429) return null;
    throw error;
  }
}

export async function endLogin(): Promise<void> {
  await send('/api/auth/logout', withCookie());
}

function post(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** The header tells this page from a form on another page of the same host, which the cookie alone would not. */
function withCookie(): RequestInit {
  return { method: 'POST', headers: { 'x-alyx-session': 'cookie' } };
}
