import type { Database } from '../db/database.ts';
import { partPattern } from '../db/like.ts';
import { isUniqueViolation } from '../db/sqlite-error.ts';
import { AppError } from '../lib/errors.ts';
import type { User } from './user.ts';
import { toUser, USER_COLUMNS, type UserRow } from './user-row.ts';

/** A user and what proves their password. */
export interface Credentials {
  readonly user: User;
  readonly passwordHash: string;
}

export interface UserChanges {
  readonly email?: User['email'] | undefined;
  readonly role?: User['role'] | undefined;
  readonly verified?: User['verified'] | undefined;
  readonly metadata?: User['metadata'] | undefined;
  /** A new password also ends every session of the user. */
  readonly passwordHash?: string | undefined;
}

export interface UserListQuery {
  /** Part of the e-mail address. */
  readonly search: string | null;
  readonly role: User['role'] | null;
  readonly limit: number;
  readonly offset: number;
}

export interface UserList {
  readonly users: readonly User[];
  readonly total: number;
}

/** Rows of `_alyx_users`. Every method is one transaction; a miss is a value. Once there is an admin, there always is. */
export class UsersRepository {
  readonly #db: Database;
  readonly #statements;

  constructor(db: Database) {
    this.#db = db;
    this.#statements = prepareStatements(db);
  }

  async find(id: string): Promise<User | null> {
    return this.#find(id);
  }

  async findCredentials(email: string): Promise<Credentials | null> {
    const row = this.#statements.credentials.get(email) as (UserRow & { passwordHash: string }) | undefined;
    return row === undefined ? null : { user: toUser(row), passwordHash: row.passwordHash };
  }

  async hasAdmin(): Promise<boolean> {
    return this.#hasAdmin();
  }

  /** Throws USER_EXISTS when the address is taken. */
  create(credentials: Credentials): Promise<void> {
    return this.#db.write(() => this.#insert(credentials));
  }

  /** Creates the user, who is an admin, unless there is an admin already: then false, and nothing is created. */
  createFirstAdmin(credentials: Credentials): Promise<boolean> {
    return this.#db.write(() => {
      if (this.#hasAdmin()) return false;
      this.#insert(credentials);
      return true;
    });
  }

  /** Null when there is no such user. Throws USER_EXISTS, and FORBIDDEN when it would leave no admin. */
  update(id: string, changes: UserChanges, now: number): Promise<User | null> {
    return this.#db.write(() => {
      const user = this.#find(id);
      if (user === null) return null;
      const changed: User = {
        ...user,
        email: changes.email ?? user.email,
        role: changes.role ?? user.role,
        verified: changes.verified ?? user.verified,
        metadata: changes.metadata ?? user.metadata,
        updatedAt: now,
      };
      if (changed.role !== 'admin') this.#requireAnotherAdmin(user);
      try {
        this.#statements.update.run({ ...toParameters(changed), passwordHash: changes.passwordHash ?? null });
      } catch (error) {
        throw isUniqueViolation(error) ? userExists() : error;
      }
      if (changes.passwordHash !== undefined) this.#statements.endSessions.run(id);
      return changed;
    });
  }

  /** Deletes the user and ends their sessions. False when there is no such user. Throws FORBIDDEN for the last admin. */
  delete(id: string): Promise<boolean> {
    return this.#db.write(() => {
      const user = this.#find(id);
      if (user === null) return false;
      this.#requireAnotherAdmin(user);
      this.#statements.delete.run(id);
      return true;
    });
  }

  /** Newest first. */
  async list({ search, role, limit, offset }: UserListQuery): Promise<UserList> {
    const filter = { role, search, pattern: partPattern(search ?? '') };
    const rows = this.#statements.list.all({ ...filter, limit, offset }) as UserRow[];
    const { total } = this.#statements.count.get(filter) as { total: number };
    return { users: rows.map(toUser), total };
  }

  #find(id: string): User | null {
    const row = this.#statements.find.get(id) as UserRow | undefined;
    return row === undefined ? null : toUser(row);
  }

  #hasAdmin(): boolean {
    return this.#statements.anotherAdmin.get('') !== undefined;
  }

  #requireAnotherAdmin({ id, role }: User): void {
    if (role !== 'admin' || this.#statements.anotherAdmin.get(id) !== undefined) return;
    throw new AppError('FORBIDDEN', 'This is the last admin; make somebody else an admin first.', { id });
  }

  #insert({ user, passwordHash }: Credentials): void {
    try {
      this.#statements.insert.run({ ...toParameters(user), passwordHash });
    } catch (error) {
      throw isUniqueViolation(error) ? userExists() : error;
    }
  }
}

export function userExists(): AppError {
  return new AppError('USER_EXISTS', 'There is a user with this e-mail address already.');
}

function toParameters(user: User) {
  return { ...user, verified: user.verified ? 1 : 0, metadata: JSON.stringify(user.metadata) };
}

const FILTER = `(:role IS NULL OR u.role = :role) AND (:search IS NULL OR u.email LIKE :pattern ESCAPE '\\')`;

function prepareStatements(db: Database) {
  return {
    find: db.prepare(`SELECT ${USER_COLUMNS} FROM _alyx_users u WHERE u.id = ?`),
    credentials: db.prepare(`
      SELECT ${USER_COLUMNS}, u.password_hash AS passwordHash FROM _alyx_users u WHERE u.email = ?`),
    anotherAdmin: db.prepare(`SELECT 1 FROM _alyx_users WHERE role = 'admin' AND id <> ? LIMIT 1`),
    insert: db.prepare(`
      INSERT INTO _alyx_users (id, email, password_hash, role, verified, metadata, created_at, updated_at)
      VALUES (:id, :email, :passwordHash, :role, :verified, :metadata, :createdAt, :updatedAt)`),
    update: db.prepare(`
      UPDATE _alyx_users SET email = :email, role = :role, verified = :verified, metadata = :metadata,
        password_hash = coalesce(:passwordHash, password_hash), updated_at = :updatedAt WHERE id = :id`),
    delete: db.prepare(`DELETE FROM _alyx_users WHERE id = ?`),
    endSessions: db.prepare(`DELETE FROM _alyx_sessions WHERE user_id = ?`),
    list: db.prepare(`
      SELECT ${USER_COLUMNS} FROM _alyx_users u WHERE ${FILTER}
      ORDER BY u.created_at DESC, u.id DESC LIMIT :limit OFFSET :offset`),
    count: db.prepare(`SELECT count(*) AS total FROM _alyx_users u WHERE ${FILTER}`),
  };
}
