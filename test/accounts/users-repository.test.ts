import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SessionsRepository } from '../../src/accounts/sessions-repository.ts';
import type { User } from '../../src/accounts/user.ts';
import { UsersRepository } from '../../src/accounts/users-repository.ts';
import { Database } from '../../src/db/database.ts';
import { newUuid } from '../../src/lib/ids.ts';

let database: Database;
let users: UsersRepository;
let sessions: SessionsRepository;

beforeEach(() => {
  database = new Database({ path: ':memory:', durable: false });
  users = new UsersRepository(database);
  sessions = new SessionsRepository(database);
});
afterEach(() => database.close());

async function add(email: string, given: Partial<User> = {}): Promise<User> {
  const user: User = {
    id: newUuid(),
    email,
    role: 'user',
    verified: false,
    metadata: {},
    createdAt: 1,
    updatedAt: 1,
    ...given,
  };
  await users.create({ user, passwordHash: `hash of ${email}` });
  return user;
}

async function logIn(user: User, createdAt = 1_000): Promise<string> {
  const id = newUuid();
  const passwordHash = `hash of ${user.email}`;
  const session = { id, userId: user.id, passwordHash, createdAt, expiresAt: 100_000 };
  expect(await sessions.create(session)).toBe(true);
  return id;
}

describe('users', () => {
  it('come back as they were stored', async () => {
    const user = await add('ada@example.com', { role: 'admin', verified: true, metadata: { plan: 'pro' } });
    expect(await users.find(user.id)).toEqual(user);
    expect(await users.findCredentials('ada@example.com')).toEqual({
      user,
      passwordHash: 'hash of ada@example.com',
    });
    expect(await users.find('nobody')).toBeNull();
  });

  it('share no address, neither when created nor when changed', async () => {
    await add('ada@example.com');
    const other = await add('bob@example.com');
    await expect(add('ada@example.com')).rejects.toMatchObject({ code: 'USER_EXISTS' });
    await expect(users.update(other.id, { email: 'ada@example.com' }, 2)).rejects.toMatchObject({
      code: 'USER_EXISTS',
    });
  });

  it('are found by a part of their address, in which % and _ are letters like any', async () => {
    for (const email of ['ada@example.com', 'a_b@example.com', 'bob@example.org']) await add(email);
    const found = async (search: string) => {
      const { users: list, total } = await users.list({ search, role: null, limit: 10, offset: 0 });
      expect(total).toBe(list.length);
      return list.map(({ email }) => email);
    };
    expect(await found('EXAMPLE.ORG')).toEqual(['bob@example.org']);
    expect(await found('a_')).toEqual(['a_b@example.com']);
    expect(await found('%')).toEqual([]);
  });

  it('are paged, newest first', async () => {
    for (let n = 1; n <= 5; n += 1) await add(`u${n}@example.com`, { createdAt: n });
    const page = await users.list({ search: null, role: 'user', limit: 2, offset: 1 });
    expect(page.users.map(({ email }) => email)).toEqual(['u4@example.com', 'u3@example.com']);
    expect(page.total).toBe(5);
  });

  it('never lose their last admin, not even to two requests at once', async () => {
    const ada = await add('ada@example.com', { role: 'admin' });
    const bob = await add('bob@example.com', { role: 'admin' });
    const outcomes = await Promise.allSettled([
      users.delete(ada.id),
      users.update(bob.id, { role: 'user' }, 2),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(users.delete(bob.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await users.hasAdmin()).toBe(true);
  });

  it('get one first admin, however many ask at once', async () => {
    const candidates = ['ada', 'bob', 'eve'].map((name) => ({
      user: {
        id: newUuid(),
        email: `${name}@example.com`,
        role: 'admin' as const,
        verified: true,
        metadata: {},
        createdAt: 1,
        updatedAt: 1,
      },
      passwordHash: 'hash',
    }));
    expect(await Promise.all(candidates.map((one) => users.createFirstAdmin(one)))).toEqual([
      true,
      false,
      false,
    ]);
    expect((await users.list({ search: null, role: null, limit: 9, offset: 0 })).total).toBe(1);
  });
});

describe('sessions', () => {
  const EXPIRES = 200_000;

  it('do not open for a user who is gone, or whose password is another by now', async () => {
    const user = await add('ada@example.com');
    const session = { id: newUuid(), userId: user.id, createdAt: 1, expiresAt: 2 };
    expect(await sessions.create({ ...session, passwordHash: 'the old hash' })).toBe(false);
    expect(await sessions.create({ ...session, userId: newUuid(), passwordHash: 'x' })).toBe(false);
    expect(await sessions.findUser(session.id)).toBeNull();
  });

  it('rotate, and end when a used token comes again', async () => {
    const user = await add('ada@example.com');
    const sessionId = await logIn(user);
    const token = (generation: number) => ({ userId: user.id, sessionId, generation });
    expect(await sessions.rotate(token(1), 2_000, EXPIRES)).toMatchObject({ generation: 2 });
    expect(await sessions.rotate(token(2), 3_000, EXPIRES)).toMatchObject({ generation: 3 });
    expect(await sessions.rotate(token(1), 3_001, EXPIRES)).toEqual({ outcome: 'reused' });
    expect(await sessions.rotate(token(3), 3_002, EXPIRES)).toEqual({ outcome: 'ended' });
    expect(await sessions.findUser(sessionId)).toBeNull();
  });

  it('give the same successor again to who lost the answer, for ten seconds and while it is unused', async () => {
    const user = await add('ada@example.com');
    const sessionId = await logIn(user);
    const token = (generation: number) => ({ userId: user.id, sessionId, generation });
    await sessions.rotate(token(1), 2_000, EXPIRES);
    expect(await sessions.rotate(token(1), 12_000, EXPIRES)).toMatchObject({ generation: 2 });
    expect(await sessions.rotate(token(1), 12_001, EXPIRES)).toEqual({ outcome: 'reused' });
  });

  it('rotate once for two who come at once', async () => {
    const user = await add('ada@example.com');
    const sessionId = await logIn(user);
    const grant = { userId: user.id, sessionId, generation: 1 };
    const both = await Promise.all([
      sessions.rotate(grant, 2_000, EXPIRES),
      sessions.rotate(grant, 2_000, EXPIRES),
    ]);
    expect(both).toMatchObject([{ generation: 2 }, { generation: 2 }]);
  });

  it('end with their time, their user, and the password', async () => {
    const user = await add('ada@example.com');
    const late = await logIn(user);
    const grant = { userId: user.id, sessionId: late, generation: 1 };
    expect(await sessions.rotate(grant, 100_000, EXPIRES)).toEqual({ outcome: 'ended' });
    expect(await sessions.removeExpired(100_000)).toBe(1);

    const other = await logIn(user);
    await users.update(user.id, { passwordHash: 'new' }, 2);
    expect(await sessions.findUser(other)).toBeNull();

    await users.update(user.id, { passwordHash: 'hash of ada@example.com' }, 3);
    const last = await logIn(user);
    await users.delete(user.id);
    expect(await sessions.findUser(last)).toBeNull();
  });

  it('are so many per user at most: the longest idle one makes room', async () => {
    const user = await add('ada@example.com');
    const first = await logIn(user);
    for (let n = 1; n <= 100; n += 1) await logIn(user, 1_000 + n);
    expect(await sessions.findUser(first)).toBeNull();
  });
});
