import type BetterSqlite3 from 'better-sqlite3';
import { AppError } from '../lib/errors.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { SharedSnapshot } from './shared-snapshot.ts';
import { isBusy, toAppError } from './sqlite-error.ts';
import type { WalSync } from './wal-sync.ts';

interface Job {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** When it is given up if another process still holds the write lock; on the clock of `performance.now`. */
  readonly deadline: number;
}

export interface WriteQueueOptions {
  /** For so many ms a change waits for the lock. The connection itself must not wait at all. */
  readonly patience: number;
  /** Makes what was committed durable; absent where it need not be. */
  readonly wal?: WalSync | null;
  /** Absent where SQLite makes them. */
  readonly checkpoints?: Checkpoints | null;
  /** What reads may have open when it comes to a change. */
  readonly snapshot?: SharedSnapshot | null;
}

/** Between one try to get the write lock and the next, in ms; the last goes on. SQLite's own waits are like these. */
const PAUSES = [1, 2, 5, 10, 15, 20, 25];

/**
 * Changes waiting for their transaction. Those that arrive in one turn of the event loop share one commit, and its
 * fsync. While another process holds SQLite's write lock, or a checkpoint is under way, they wait outside SQLite, so
 * that everything else goes on.
 */
export class WriteQueue {
  readonly #sqlite: BetterSqlite3.Database;
  readonly #statements: Readonly<
    Record<'begin' | 'commit' | 'savepoint' | 'release', BetterSqlite3.Statement>
  >;
  readonly #patience: number;
  readonly #wal: WalSync | null;
  readonly #checkpoints: Checkpoints | null;
  readonly #snapshot: SharedSnapshot | null;
  #jobs: Job[] = [];
  #retry: NodeJS.Timeout | undefined;
  #tries = 0;

  constructor(
    sqlite: BetterSqlite3.Database,
    { patience, wal = null, checkpoints = null, snapshot = null }: WriteQueueOptions,
  ) {
    this.#sqlite = sqlite;
    this.#statements = {
      begin: sqlite.prepare('BEGIN IMMEDIATE'),
      commit: sqlite.prepare('COMMIT'),
      savepoint: sqlite.prepare('SAVEPOINT job'),
      release: sqlite.prepare('RELEASE job'),
    };
    this.#patience = patience;
    this.#wal = wal;
    this.#checkpoints = checkpoints;
    this.#snapshot = snapshot;
  }

  add<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#jobs.length === 0) setImmediate(() => this.#commitUnlessHeldUp());
      const deadline = performance.now() + this.#patience;
      this.#jobs.push({ work, resolve: resolve as (value: unknown) => void, reject, deadline });
    });
  }

  /** Commits what is waiting now, or tells each of its callers that it could not be. */
  flush(): void {
    this.#commit();
    clearTimeout(this.#retry);
    for (const job of this.#jobs.splice(0)) job.reject(new Error('the database was closed'));
  }

  #commitUnlessHeldUp(): void {
    if (this.#checkpoints?.underWay === true) this.#postpone(checkpointing());
    else this.#commit();
  }

  #commit(): void {
    if (this.#jobs.length === 0) return;
    this.#snapshot?.end();
    try {
      this.#wal?.recover();
      this.#statements.begin.run();
    } catch (error) {
      if (isBusy(error)) this.#postpone(error);
      else rejectAll(this.#jobs.splice(0), error);
      return;
    }
    this.#tries = 0;
    const jobs = this.#jobs.splice(0);
    const settle: (() => void)[] = [];
    try {
      // A job that has the transaction to itself needs no savepoint: what rolls it back rolls all back.
      for (const job of jobs) settle.push(jobs.length === 1 ? perform(job) : this.#run(job));
      this.#statements.commit.run();
    } catch (error) {
      if (this.#sqlite.inTransaction) this.#sqlite.exec('ROLLBACK');
      rejectAll(jobs, error);
      return;
    }
    void this.#checkpoints?.committed(jobs.length)?.then(() => this.#commitUnlessHeldUp());
    const tell = () => {
      for (const done of settle) done();
    };
    if (this.#wal === null) tell();
    else this.#wal.sync().then(tell, (error: unknown) => rejectAll(jobs, error));
  }

  /** Keeps what may wait longer for another try, and gives the rest up. */
  #postpone(reason: unknown): void {
    const now = performance.now();
    const overdue = this.#jobs.filter(({ deadline }) => deadline <= now);
    this.#jobs = this.#jobs.filter(({ deadline }) => deadline > now);
    if (this.#jobs.length > 0) {
      this.#retry = setTimeout(() => this.#commitUnlessHeldUp(), PAUSES[this.#tries] ?? PAUSES.at(-1));
      this.#tries += 1;
    }
    rejectAll(overdue, reason);
  }

  /** Runs one job in a savepoint of its own; the returned function tells its caller, once the commit stands. */
  #run(job: Job): () => void {
    this.#statements.savepoint.run();
    try {
      const tell = perform(job);
      this.#statements.release.run();
      return tell;
    } catch (error) {
      // A full disk may have rolled the whole transaction back already: then every job of it failed.
      if (!this.#sqlite.inTransaction) throw error;
      this.#sqlite.exec('ROLLBACK TO job; RELEASE job');
      return () => job.reject(toAppError(error));
    }
  }
}

/** Does a job's work; the returned function tells its caller the result. */
function perform(job: Job): () => void {
  const value = job.work();
  return () => job.resolve(value);
}

function checkpointing(): AppError {
  return new AppError('BACKEND_UNAVAILABLE', 'The disk of the database is slow just now; try again.');
}

function rejectAll(jobs: readonly Job[], error: unknown): void {
  const reason = toAppError(error);
  for (const job of jobs) job.reject(reason);
}
