import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Session } from '../../src/sdk/runtime/auth-types.ts';
import type { ClientOptions } from '../../src/sdk/runtime/client.ts';
import { memoryStore, type KeyValueStore } from '../../src/sdk/runtime/key-value-store.ts';
import { fileStore } from '../../src/sdk/runtime/node/file-store.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { TEST_SECRET } from '../support/test-app.ts';
import { startSdkServer, type SdkServer, type TestClient } from './sdk-server.ts';

let server: SdkServer;
beforeAll(async () => {
  server = await startSdkServer({ env: { ALYX_AUTH_RATE_LIMIT_REGISTER_MAX: '100' } });
});
afterAll(() => server.app.dispose());

let count = 0;
const login = () => ({ email: `user${(count += 1)}@example.com`, password: 'correct horse battery' });
const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** A client with a session whose access token has just expired, which only the server knows. */
async function lateClient(options: Partial<ClientOptions> = {}): Promise<TestClient> {
  const store = options.store ?? memoryStore();
  const client = server.client({ ...options, store });
  await client.auth.register(login());
  await spoil(store);
  return client;
}

async function spoil(store: KeyValueStore): Promise<void> {
  const key = `alyx.session ${server.app.url}`;
  const session = JSON.parse((await store.getItem(key)) ?? '') as Session;
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: session.user.id, role: 'user', iss: 'alyx', iat: now - 900, exp: now - 1 };
  const content = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`;
  const signature = createHmac('sha256', TEST_SECRET).update(content).digest('base64url');
  const tokens = { ...session.tokens, access_token: `${content}.${signature}` };
  await store.setItem(key, JSON.stringify({ ...session, tokens }));
}

const refreshes = () => server.requests.filter((request) => request.includes('/refresh')).length;

describe('accounts', () => {
  it('are made, logged into and out of', async () => {
    const client = server.client();
    const who = login();
    expect(await client.auth.status()).toMatchObject({ allow_registration: true });
    const { user } = await client.auth.register(who);
    expect(user).toMatchObject({ email: who.email, role: 'user' });
    expect(await client.auth.me()).toMatchObject({ id: user.id, email: who.email });
    await client.auth.logout();
    expect(await client.auth.session()).toBeNull();
    await expect(client.auth.me()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await expect(client.auth.login({ ...who, password: 'wrong' })).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
      status: 401,
    });
    expect((await client.auth.login(who)).user.id).toBe(user.id);
    const file = await client.storage.upload('photos', new Blob(['x']), { name: who.email });
    expect(file.owner_id).toBe(user.id);
  });

  it('tell of every change', async () => {
    const client = server.client();
    const seen: (Session | null)[] = [];
    const stop = client.auth.onChange((session) => void seen.push(session));
    await client.auth.register(login());
    await client.auth.refresh();
    await client.auth.logout();
    stop();
    await client.auth.register(login());
    expect(seen.map((session) => session?.user.role ?? null)).toEqual(['user', 'user', null]);
  });

  it('are remembered by the store', async () => {
    const temp = makeTempFolder();
    try {
      const path = join(temp.path, 'deep', 'session.json');
      const { user } = await server.client({ store: fileStore(path) }).auth.register(login());
      const later = server.client({ store: fileStore(path) });
      expect((await later.auth.me()).id).toBe(user.id);
      await later.auth.logout();
      expect(await server.client({ store: fileStore(path) }).auth.session()).toBeNull();
    } finally {
      temp.remove();
    }
  });
});

describe('tokens', () => {
  it('that have expired are renewed once for all requests that meet it, which are made again', async () => {
    const client = await lateClient();
    const before = refreshes();
    await Promise.all([client.auth.me(), client.auth.me(), client.storage.list('photos')]);
    expect(refreshes() - before).toBe(1);
  });

  it('are renewed by two clients of one store without one using up what the other needs', async () => {
    const store = memoryStore();
    const one = await lateClient({ store });
    const other = server.client({ store });
    await Promise.all([one.auth.me(), other.auth.me()]);
    await spoil(store);
    await Promise.all([one.auth.me(), other.auth.me()]);
    expect(await one.auth.session()).not.toBeNull();
  });

  it('are renewed before they expire, so that no upload meets an expired one', async () => {
    const client = server.client();
    await client.auth.register(login());
    const before = refreshes();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 14.8 * 60_000 });
    await client.auth.me().finally(() => vi.useRealTimers());
    expect(refreshes() - before).toBe(1);
  });

  it('that cannot be renewed any more end the session', async () => {
    const store = memoryStore();
    const client = await lateClient({ store });
    await server.client({ store: { ...store, removeItem: () => undefined } }).auth.logout();
    await expect(client.auth.me()).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    expect(await client.auth.session()).toBeNull();
  });

  describe('that are renewed while somebody', () => {
    /** A client whose next renewal has reached the server and is not answered before `answer` is called. */
    async function renewingClient() {
      const answered = Promise.withResolvers<undefined>();
      const asked = Promise.withResolvers<undefined>();
      const client = await lateClient({
        fetch: async (url, init) => {
          const response = fetch(url, init);
          if (!url.endsWith('/refresh')) return response;
          await response;
          asked.resolve(undefined);
          await answered.promise;
          return response;
        },
      });
      const seen: (string | null)[] = [];
      client.auth.onChange((session) => void seen.push(session?.user.id ?? null));
      return { client, seen, asked: asked.promise, answer: () => answered.resolve(undefined) };
    }

    it('logs in do not put the former user back, and who waits for them goes on as the new one', async () => {
      const { client, seen, asked, answer } = await renewingClient();
      const waiting = client.auth.me();
      await asked;
      const { user } = await client.auth.register(login());
      answer();
      expect((await waiting).id).toBe(user.id);
      expect((await client.auth.session())?.user.id).toBe(user.id);
      expect(seen).toEqual([user.id]);
    });

    it('logs out do not undo that', async () => {
      const { client, seen, asked, answer } = await renewingClient();
      const waiting = client.auth.refresh();
      await asked;
      await client.auth.logout();
      answer();
      expect(await waiting).toBeNull();
      expect(await client.auth.session()).toBeNull();
      expect(seen).toEqual([null]);
    });

    it('logs in do not log them out when the former session is over', async () => {
      const { client, seen, asked, answer } = await renewingClient();
      const former = await client.auth.session();
      const json = JSON.stringify({ refresh_token: former?.tokens.refresh_token });
      const headers = { 'content-type': 'application/json' };
      await fetch(`${server.app.url}/api/auth/logout`, { method: 'POST', body: json, headers });
      const waiting = client.auth.refresh();
      await asked;
      const { user } = await client.auth.register(login());
      answer();
      expect((await waiting)?.user.id).toBe(user.id);
      expect(seen).toEqual([user.id]);
    });
  });

  it('stay when the server cannot be reached to renew them', async () => {
    let broken = false;
    const client = await lateClient({
      fetch: (url, init) => {
        if (broken && url.endsWith('/refresh')) throw new TypeError('no network');
        return fetch(url, init);
      },
    });
    broken = true;
    await expect(client.auth.me()).rejects.toMatchObject({ code: 'NETWORK_ERROR' });
    broken = false;
    expect((await client.auth.me()).role).toBe('user');
  });

  it('made elsewhere are used as they are', async () => {
    expect(await server.as('robot').auth.me()).toMatchObject({ id: 'robot', created_at: null });
    let current = 'stale';
    const client = server.client({ token: () => current });
    await expect(client.auth.me()).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    current = server.app.token('robot');
    expect((await client.auth.me()).id).toBe('robot');
  });
});
