import { isAlyxError } from './alyx-error.ts';
import type { Api } from './api.ts';
import type { AuthStatus, CurrentUser, Login, Session } from './auth-types.ts';
import type { SessionKeeper, SessionListener } from './session-keeper.ts';
import { readJson } from './transport.ts';

/** Who is logged in. The session is kept in the client's store, and its tokens are renewed as they expire. */
export class AuthClient {
  readonly #api: Api;
  readonly #keeper: SessionKeeper;

  constructor(api: Api, keeper: SessionKeeper) {
    this.#api = api;
    this.#keeper = keeper;
  }

  /** Makes an account and logs in. */
  register(login: Login): Promise<Session> {
    return this.#open('register', login);
  }

  login(login: Login): Promise<Session> {
    return this.#open('login', login);
  }

  /** New tokens now, which is seldom needed; null when nobody is logged in, or not any more. */
  refresh(): Promise<Session | null> {
    return this.#keeper.refresh();
  }

  /** Ends the session, here at once and on the server. */
  async logout(): Promise<void> {
    const session = await this.#keeper.session();
    await this.#keeper.keep(null);
    if (session === null) return;
    const json = { refresh_token: session.tokens.refresh_token };
    try {
      await this.#api.transport.send({ method: 'POST', path: '/api/auth/logout', json });
    } catch (error) {
      // What has ended already needs no ending.
      if (!isAlyxError(error, 'INVALID_TOKEN', 'TOKEN_EXPIRED')) throw error;
    }
  }

  /** The user as the server knows it now. */
  me(): Promise<CurrentUser> {
    return this.#api.json({ method: 'GET', path: '/api/auth/me' });
  }

  async status(): Promise<AuthStatus> {
    return readJson(await this.#api.transport.send({ method: 'GET', path: '/api/auth/status' }));
  }

  /** The session as it is kept here; null when nobody is logged in. Asks nobody. */
  session(): Promise<Session | null> {
    return this.#keeper.session();
  }

  /** Calls the listener whenever somebody logs in or out here, or tokens are renewed; returns how to stop that. */
  onChange(listener: SessionListener): () => void {
    return this.#keeper.onChange(listener);
  }

  async #open(route: 'register' | 'login', { email, password }: Login): Promise<Session> {
    const request = { method: 'POST', path: `/api/auth/${route}`, json: { email, password } } as const;
    const session = await readJson<Session>(await this.#api.transport.send(request));
    await this.#keeper.keep(session);
    return session;
  }
}
