import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { OperatorError } from '../lib/errors.ts';
import { cannotOpen } from './cannot-open.ts';
import { prepareChangeMark } from './change-mark.ts';
import { Checkpoints } from './checkpoints.ts';
import { copyDatabase } from './copy-database.ts';
import { migrate } from './migrate.ts';
import { SharedSnapshot } from './shared-snapshot.ts';
import { isBusy } from './sqlite-error.ts';
import { WalSync } from './wal-sync.ts';
import { WriteQueue } from './write-queue.ts';

type Statement = BetterSqlite3.Statement;

export interface DatabaseOptions {
  /** A file, made with its folders when absent; `:memory:` for tests. */
  readonly path: string;
  /** False gives up the sync after each commit: what was acknowledged may be lost with the power. */
  readonly durable: boolean;
}

/** How long a change waits for another process (a command beside the server, an operator's shell) to end its own. */
const BUSY_TIMEOUT_MS = 5000;
/** A database for tests, without a file. */
const MEMORY = ':memory:';

/**
 * The one SQLite connection of the process. Reads go straight to prepared statements; every change goes through
 * `write`. Nothing but start and end waits inside SQLite for another process: that would hold up all requests.
 */
export class Database {
  /** For reads of one turn of the event loop; changes end it. */
  readonly snapshot: SharedSnapshot;
  readonly #sqlite: BetterSqlite3.Database;
  readonly #wal: WalSync | null;
  readonly #checkpoints: Checkpoints | null;
  readonly #writes: WriteQueue;
  readonly #readMark: () => string;

  /** Throws OperatorError where the file, or what SQLite keeps beside it, cannot be used. */
  constructor({ path, durable }: DatabaseOptions) {
    this.#sqlite = open(path);
    try {
      configure(this.#sqlite);
      migrate(this.#sqlite, path);
      this.#waitInside(false);
      const isOnDisk = path !== MEMORY;
      this.#wal = durable && isOnDisk ? new WalSync(this.#sqlite) : null;
      this.#checkpoints = isOnDisk ? new Checkpoints(this.#sqlite, this.#wal) : null;
      this.#readMark = prepareChangeMark(this.#sqlite);
    } catch (error) {
      this.#sqlite.close();
      throw notOpened(path, error);
    }
    this.snapshot = new SharedSnapshot(this.#sqlite, this.#readMark);
    this.#writes = new WriteQueue(this.#sqlite, {
      patience: BUSY_TIMEOUT_MS,
      wal: this.#wal,
      checkpoints: this.#checkpoints,
      snapshot: this.snapshot,
    });
  }

  /** A prepared statement; prepare once, outside the request. */
  prepare(sql: string): Statement {
    return this.#sqlite.prepare(sql);
  }

  /** A text that is another one after each change, by this process and by others. */
  changeMark(): string {
    return this.snapshot.mark ?? this.#readMark();
  }

  /** Runs statements that change the shape of the database; for start-up only. */
  exec(sql: string): void {
    this.#waitInside(true);
    try {
      this.#sqlite.exec(sql);
    } finally {
      this.#waitInside(false);
    }
  }

  /** Undoes the transaction that `exec` has begun, unless SQLite has: a full disk makes it do so. */
  rollBack(): void {
    if (this.#sqlite.inTransaction) this.#sqlite.exec('ROLLBACK');
  }

  /** Registers a deterministic function for use in SQL. */
  defineFunction(name: string, body: (...args: unknown[]) => unknown): void {
    this.#sqlite.function(name, { deterministic: true, varargs: true }, body);
  }

  /**
   * Runs `work` inside a transaction and resolves to its result once it is committed and would survive power loss.
   * `work` must be synchronous: nothing may await between a check and its write. If it throws, its own changes are
   * undone, the others of the same commit are not, and the promise rejects with what it threw. BACKEND_UNAVAILABLE,
   * STORAGE_FULL: mostly nothing was changed (another process held the write lock for too long, say); but where it is
   * the sync that failed, the change stands, so that whoever clears up has to look.
   */
  write<T>(work: () => T): Promise<T> {
    return this.#writes.add(work);
  }

  /**
   * Resolves once all that can be read now would survive power loss: reads see what `write` has not resolved yet. To be
   * awaited before something is done for good because of what was read.
   */
  async settled(): Promise<void> {
    await this.#wal?.sync();
  }

  /** Copies a consistent snapshot of the database to `path`, while this process and others go on using it. */
  async backup(path: string): Promise<void> {
    await copyDatabase({ from: this.#sqlite.name, to: path, patience: BUSY_TIMEOUT_MS });
  }

  /** As `close`, which leaves the WAL to the next start where a checkpoint is under way; this waits for it. */
  async closeIdle(): Promise<void> {
    await this.#checkpoints?.idle();
    this.close();
  }

  /** Commits what is queued, folds the WAL back into the file and closes it. Idempotent. */
  close(): void {
    if (!this.#sqlite.open) return;
    this.snapshot.end();
    this.#waitInside(true);
    this.#writes.flush();
    this.#wal?.close();
    this.#checkpoints?.stop();
    this.#sqlite.close();
  }

  #waitInside(waits: boolean): void {
    this.#sqlite.pragma(`busy_timeout = ${waits ? BUSY_TIMEOUT_MS : 0}`);
  }
}

function open(path: string): BetterSqlite3.Database {
  try {
    if (path !== MEMORY) mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
    return new BetterSqlite3(path, { timeout: BUSY_TIMEOUT_MS });
  } catch (error) {
    throw notOpened(path, error);
  }
}

function configure(sqlite: BetterSqlite3.Database): void {
  sqlite.pragma('journal_mode = WAL');
  // No fsync at commit, which would hold up everything else; what makes commits durable is WalSync.
  sqlite.pragma('synchronous = NORMAL');
  sqlite.pragma('foreign_keys = ON');
  sqlite.pragma('cache_size = -32768');
  sqlite.pragma('temp_store = MEMORY');
  sqlite.pragma('trusted_schema = OFF');
}

function notOpened(path: string, error: unknown): unknown {
  if (isBusy(error)) return locked(path, error);
  const permissions =
    'check database.path, and that the user whom alyx runs as may write that file, its folder, and -wal and -shm ' +
    'beside it, on a disk that is not mounted read-only';
  return cannotOpen(`the database ${path}`, permissions, error);
}

function locked(path: string, cause: unknown): OperatorError {
  return new OperatorError(
    `another process holds the database ${path} locked: a long command, or a sqlite3 shell with an open transaction; ` +
      'try again when it has ended',
    { cause },
  );
}
