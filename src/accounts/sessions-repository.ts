import type { RefreshGrant } from '../auth/tokens.ts';
import type { Database } from '../db/database.ts';
import type { User } from './user.ts';
import { toUser, USER_COLUMNS, type UserRow } from './user-row.ts';

export interface NewSession {
  readonly id: string;
  readonly userId: string;
  /** The hash that the password was just held against. */
  readonly passwordHash: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export type Rotation =
  | { readonly outcome: 'rotated'; readonly user: User; readonly generation: number }
  /** The session has ended, its user is gone, or it never was. */
  | { readonly outcome: 'ended' }
  /** A token that was used before: somebody else holds a copy. The session is ended by this. */
  | { readonly outcome: 'reused' };

/** So many logins of one user stand at a time; the one that was idle the longest makes room. */
const SESSIONS_PER_USER = 100;

/**
 * How long the predecessor of the current refresh token still gets that same token once more: for a client whose
 * answer was lost, and for two tabs that refresh at once. It is safe because nothing new comes out of it: one chain
 * of tokens goes on, and as soon as its next link is used the predecessor counts as stolen again.
 */
const LOST_ANSWER_MS = 10_000;

interface SessionRow extends UserRow {
  readonly generation: number;
  readonly rotatedAt: number;
  readonly expiresAt: number;
}

/** Rows of `_alyx_sessions`. Every method is one transaction; a miss is a value. */
export class SessionsRepository {
  readonly #db: Database;
  readonly #statements;

  constructor(db: Database) {
    this.#db = db;
    this.#statements = prepareStatements(db);
  }

  /** False, and no session, when the user is gone or has another password by now. */
  create(session: NewSession): Promise<boolean> {
    return this.#db.write(() => {
      if (this.#statements.insert.run(session).changes === 0) return false;
      this.#statements.makeRoom.run(session.userId, SESSIONS_PER_USER);
      return true;
    });
  }

  /** Whose session it is; null once it has ended. */
  async findUser(sessionId: string): Promise<User | null> {
    const row = this.#statements.findUser.get(sessionId) as UserRow | undefined;
    return row === undefined ? null : toUser(row);
  }

  /** Uses up a refresh token, for its successor. */
  rotate(grant: RefreshGrant, now: number, expiresAt: number): Promise<Rotation> {
    return this.#db.write((): Rotation => {
      const row = this.#statements.find.get(grant.sessionId) as SessionRow | undefined;
      if (row === undefined || row.id !== grant.userId || row.expiresAt <= now) return { outcome: 'ended' };
      if (grant.generation === row.generation) {
        this.#statements.rotate.run(now, expiresAt, grant.sessionId);
        return { outcome: 'rotated', user: toUser(row), generation: row.generation + 1 };
      }
      const lostItsAnswer = grant.generation === row.generation - 1 && now - row.rotatedAt <= LOST_ANSWER_MS;
      if (lostItsAnswer) return { outcome: 'rotated', user: toUser(row), generation: row.generation };
      this.#statements.end.run(grant.sessionId);
      return { outcome: 'reused' };
    });
  }

  /** Ends a session; one that has ended is no error. */
  end(sessionId: string): Promise<void> {
    return this.#db.write(() => void this.#statements.end.run(sessionId));
  }

  /** Forgets sessions whose time is up; resolves to how many. */
  removeExpired(now: number): Promise<number> {
    return this.#db.write(() => this.#statements.removeExpired.run(now).changes);
  }
}

function prepareStatements(db: Database) {
  return {
    // Asked at every request, and as a join it would take ten times as long.
    findUser: db.prepare(`
      SELECT ${USER_COLUMNS} FROM _alyx_users u
      WHERE u.id = (SELECT user_id FROM _alyx_sessions WHERE id = ?)`),
    find: db.prepare(`
      SELECT ${USER_COLUMNS}, s.generation, s.rotated_at AS rotatedAt, s.expires_at AS expiresAt
      FROM _alyx_sessions s JOIN _alyx_users u ON u.id = s.user_id WHERE s.id = ?`),
    insert: db.prepare(`
      INSERT INTO _alyx_sessions (id, user_id, created_at, rotated_at, expires_at)
      SELECT :id, id, :createdAt, :createdAt, :expiresAt FROM _alyx_users
      WHERE id = :userId AND password_hash = :passwordHash`),
    makeRoom: db.prepare(`
      DELETE FROM _alyx_sessions WHERE id IN (
        SELECT id FROM _alyx_sessions WHERE user_id = ? ORDER BY rotated_at DESC, id DESC LIMIT -1 OFFSET ?)`),
    rotate: db.prepare(`
      UPDATE _alyx_sessions SET generation = generation + 1, rotated_at = ?, expires_at = ? WHERE id = ?`),
    end: db.prepare(`DELETE FROM _alyx_sessions WHERE id = ?`),
    removeExpired: db.prepare(`DELETE FROM _alyx_sessions WHERE expires_at <= ?`),
  };
}
