import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { OperatorError } from '../lib/errors.ts';
import { migrate } from './migrate.ts';
import { toAppError } from './sqlite-error.ts';

type Statement = BetterSqlite3.Statement;

interface Job {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface DatabaseOptions {
  /** A file, made with its folders when absent; `:memory:` for tests. */
  readonly path: string;
  /** False gives up the fsync at each commit: what was acknowledged may be lost with the power. */
  readonly durable: boolean;
}

/** How long SQLite waits for another process (the CLI beside the server) before it reports SQLITE_BUSY. */
const BUSY_TIMEOUT_MS = 5000;
/** More than a database can have. */
const ALL_PAGES = 2 ** 31 - 1;

/**
 * The one SQLite connection of the process. Reads go straight to prepared statements; every change goes through
 * `write`, which puts the changes that arrive in one turn of the event loop into one commit, so that concurrent
 * uploads share its fsync.
 */
export class Database {
  readonly #sqlite: BetterSqlite3.Database;
  #queue: Job[] = [];

  constructor(options: DatabaseOptions) {
    this.#sqlite = open(options);
    try {
      migrate(this.#sqlite, options.path);
    } catch (error) {
      this.#sqlite.close();
      throw error;
    }
  }

  /** A prepared statement; prepare once, outside the request. */
  prepare(sql: string): Statement {
    return this.#sqlite.prepare(sql);
  }

  /** Runs statements that change the shape of the database; for start-up only. */
  exec(sql: string): void {
    this.#sqlite.exec(sql);
  }

  /** Registers a deterministic function for use in SQL. */
  defineFunction(name: string, body: (...args: unknown[]) => unknown): void {
    this.#sqlite.function(name, { deterministic: true, varargs: true }, body);
  }

  /**
   * Runs `work` inside a transaction and resolves to its result once it is committed. `work` must be synchronous:
   * nothing may await between a check and its write. If it throws, its own changes are undone, the others of the
   * same commit are not, and the promise rejects with what it threw.
   */
  write<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#queue.length === 0) setImmediate(() => this.#commit());
      this.#queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /**
   * Copies a consistent snapshot of the database to `path` while other processes use it. In one step, which holds up
   * no writer (WAL): SQLite begins a copy in several steps again whenever another process writes in between.
   */
  async backup(path: string): Promise<void> {
    await this.#sqlite.backup(path, { progress: () => ALL_PAGES });
  }

  /** Commits what is queued, folds the WAL back into the file and closes it. Idempotent. */
  close(): void {
    if (!this.#sqlite.open) return;
    this.#commit();
    this.#sqlite.close();
  }

  #commit(): void {
    const jobs = this.#queue;
    if (jobs.length === 0) return;
    this.#queue = [];
    const settle: (() => void)[] = [];
    try {
      this.#sqlite.exec('BEGIN IMMEDIATE');
      for (const job of jobs) settle.push(this.#run(job));
      this.#sqlite.exec('COMMIT');
    } catch (error) {
      if (this.#sqlite.inTransaction) this.#sqlite.exec('ROLLBACK');
      const reason = toAppError(error);
      for (const job of jobs) job.reject(reason);
      return;
    }
    for (const done of settle) done();
  }

  /** Runs one job in a savepoint of its own; the returned function tells its caller, once the commit stands. */
  #run(job: Job): () => void {
    this.#sqlite.exec('SAVEPOINT job');
    try {
      const value = job.work();
      this.#sqlite.exec('RELEASE job');
      return () => job.resolve(value);
    } catch (error) {
      // A full disk may have rolled the whole transaction back already: then every job of it failed.
      if (!this.#sqlite.inTransaction) throw error;
      this.#sqlite.exec('ROLLBACK TO job; RELEASE job');
      return () => job.reject(toAppError(error));
    }
  }
}

function open({ path, durable }: DatabaseOptions): BetterSqlite3.Database {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
    const sqlite = new BetterSqlite3(path, { timeout: BUSY_TIMEOUT_MS });
    sqlite.pragma('journal_mode = WAL');
    // better-sqlite3 defaults to NORMAL in WAL mode: no fsync at commit, and acknowledged uploads die with the power.
    sqlite.pragma(`synchronous = ${durable ? 'FULL' : 'NORMAL'}`);
    sqlite.pragma('foreign_keys = ON');
    sqlite.pragma('cache_size = -32768');
    sqlite.pragma('temp_store = MEMORY');
    sqlite.pragma('trusted_schema = OFF');
    return sqlite;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatorError(
      `cannot open the database ${path}: ${reason}; check database.path and its folder's permissions`,
      {
        cause: error,
      },
    );
  }
}
