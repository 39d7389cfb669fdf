import { Store } from '../parts/store.ts';
import { endLogin, renewLogin, type Login, type User } from './auth.ts';

export type SessionState =
  | { readonly status: 'starting' }
  | { readonly status: 'signed-out'; readonly reason: string | null }
  /** `lapsed`: the server ended the session; what is on the screen stays until somebody signs in again. */
  | { readonly status: 'signed-in'; readonly user: User; readonly lapsed: boolean };

/** Renew this long before the token's end, so that no request meets it. */
const MARGIN_MS = 20_000;

/**
 * Who is signed in. The access token lives in this closure and nowhere else: not in storage, not in the page. What
 * outlives a reload is the refresh token, in a cookie that scripts cannot read and that goes to /api/auth alone.
 */
export const session = new Store<SessionState>({ status: 'starting' });

let access: { readonly token: string; readonly expiresAt: number } | null = null;
let renewal: Promise<string> | null = null;
const waiting: { readonly resolve: (token: string) => void; readonly reject: (reason: Error) => void }[] = [];

/** No secret: whether it is worth asking for a session at all. */
const HINT = 'alyx-was-signed-in';

/** Picks up the session of an earlier visit, if there is one. */
export async function startSession(): Promise<void> {
  if (localStorage.getItem(HINT) === null) {
    session.set({ status: 'signed-out', reason: null });
    return;
  }
  try {
    const login = await renewLogin();
    if (login === null) forget();
    else signIn(login);
  } catch (error) {
    session.set({ status: 'signed-out', reason: error instanceof Error ? error.message : null });
  }
}

/** Throws when the account may not use the admin UI. */
export function signIn(login: Login): void {
  if (login.user.role !== 'admin') {
    void endLogin().catch(() => undefined);
    throw new Error('This account is no admin; the admin UI is for admins only.');
  }
  remember(login);
  session.set({ status: 'signed-in', user: login.user, lapsed: false });
  for (const { resolve } of waiting.splice(0)) resolve(login.tokens.access_token);
}

export async function signOut(): Promise<void> {
  await endLogin().catch(() => undefined);
  forget();
  for (const { reject } of waiting.splice(0)) reject(new Error('You have signed out.'));
}

/** A token that is good for a while yet. Waits while somebody has to sign in again. */
export async function accessToken(): Promise<string> {
  if (access !== null && access.expiresAt - MARGIN_MS > Date.now()) return access.token;
  return renewAccess();
}

/** The token at hand, for what cannot wait for another. */
export function tokenAtHand(): string | null {
  return access?.token ?? null;
}

/** A new token, however good the one at hand looks: the server has just refused it. */
export function renewAccess(): Promise<string> {
  renewal ??= renew().finally(() => {
    renewal = null;
  });
  return renewal;
}

async function renew(): Promise<string> {
  const login = await renewLogin();
  if (login === null) return signInAgain();
  const current = session.value;
  if (current.status === 'signed-in' && current.user.id !== login.user.id) {
    // Somebody else has signed in in another tab: nothing on this page is theirs.
    location.reload();
  }
  remember(login);
  return login.tokens.access_token;
}

function signInAgain(): Promise<string> {
  access = null;
  session.update((state) => (state.status === 'signed-in' ? { ...state, lapsed: true } : state));
  return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
}

function forget(): void {
  access = null;
  localStorage.removeItem(HINT);
  session.set({ status: 'signed-out', reason: null });
}

function remember({ tokens }: Login): void {
  localStorage.setItem(HINT, 'yes');
  access = { token: tokens.access_token, expiresAt: Date.parse(tokens.expires_at) };
}
