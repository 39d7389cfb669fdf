import { isAlyxError } from './alyx-error.ts';
import type { Session } from './auth-types.ts';
import type { Credentials } from './credentials.ts';
import type { KeyValueStore } from './key-value-store.ts';
import { usefulLife } from './token-lifetime.ts';
import { readJson, type Transport } from './transport.ts';
import { withLock } from './with-lock.ts';

export type SessionListener = (session: Session | null) => void;

/** As it is stored; `since` is when its tokens arrived, by the clock here. */
interface KeptSession extends Session {
  readonly since: number;
}

/**
 * The session of the user who is logged in, read from the store each time: another tab may have changed it. Renews
 * its tokens, one request at a time, because a refresh token is good for one use.
 */
export class SessionKeeper implements Credentials {
  readonly #transport: Transport;
  readonly #store: KeyValueStore;
  readonly #key: string;
  readonly #listeners = new Set<SessionListener>();
  #renewal: Promise<KeptSession | null> | null = null;
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(transport: Transport, store: KeyValueStore) {
    this.#transport = transport;
    this.#store = store;
    this.#key = `alyx.session ${transport.url}`;
  }

  async session(): Promise<Session | null> {
    const kept = await this.#read();
    return kept === null ? null : { user: kept.user, tokens: kept.tokens };
  }

  async keep(session: Session | null): Promise<void> {
    const kept = session === null ? null : { ...session, since: Date.now() };
    await this.#inTurn(() => this.#write(kept));
  }

  /** Calls the listener with every change that is made here; returns how to stop that. */
  onChange(listener: SessionListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async token(): Promise<string | null> {
    const kept = await this.#read();
    if (kept === null) return null;
    const life = usefulLife(kept.tokens.access_token);
    if (life === null || Date.now() < kept.since + life) return kept.tokens.access_token;
    return (await this.#renew(kept))?.tokens.access_token ?? null;
  }

  async renew(expired: string): Promise<string | null> {
    const kept = await this.#read();
    if (kept === null) return null;
    if (kept.tokens.access_token !== expired) return kept.tokens.access_token;
    return (await this.#renew(kept))?.tokens.access_token ?? null;
  }

  /** New tokens now; null when nobody is logged in, or not any more. */
  async refresh(): Promise<Session | null> {
    const kept = await this.#read();
    if (kept !== null) await this.#renew(kept);
    return this.session();
  }

  #renew(stale: KeptSession): Promise<KeptSession | null> {
    this.#renewal ??= withLock(this.#key, () => this.#renewOnce(stale)).finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async #renewOnce(stale: KeptSession): Promise<KeptSession | null> {
    const isStale = (kept: KeptSession | null): kept is KeptSession =>
      kept?.tokens.refresh_token === stale.tokens.refresh_token;
    const kept = await this.#read();
    // Another tab was faster, or logged out.
    if (!isStale(kept)) return kept;
    const renewed = await this.#withNewTokens(kept);
    return this.#inTurn(async () => {
      const now = await this.#read();
      // Somebody logged in or out while the request was under way: it was about a session that is none any more.
      if (!isStale(now)) return now;
      await this.#write(renewed);
      return renewed;
    });
  }

  /** Null when the session is over. Anything else, an unreachable server say, leaves it for the next attempt. */
  async #withNewTokens(kept: KeptSession): Promise<KeptSession | null> {
    try {
      const json = { refresh_token: kept.tokens.refresh_token };
      const response = await this.#transport.send({ method: 'POST', path: '/api/auth/refresh', json });
      return { ...kept, ...(await readJson<Session>(response)), since: Date.now() };
    } catch (error) {
      if (!isAlyxError(error, 'INVALID_TOKEN', 'TOKEN_EXPIRED', 'UNAUTHORIZED')) throw error;
      return null;
    }
  }

  /** Changes of the store wait for one another: what one has read must not change before it writes. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#lastChange.then(change);
    this.#lastChange = done.catch(() => undefined);
    return done;
  }

  async #read(): Promise<KeptSession | null> {
    const text = await this.#store.getItem(this.#key);
    return text === null ? null : (JSON.parse(text) as KeptSession);
  }

  async #write(session: KeptSession | null): Promise<void> {
    if (session === null) await this.#store.removeItem(this.#key);
    else await this.#store.setItem(this.#key, JSON.stringify(session));
    for (const listener of this.#listeners) listener(session);
  }
}
