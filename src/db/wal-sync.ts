import {
  close,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  openSync,
  readSync,
  realpathSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import type BetterSqlite3 from 'better-sqlite3';
import { AppError } from '../lib/errors.ts';
import { SharedRun } from '../lib/shared-run.ts';
import { databaseFull } from './sqlite-error.ts';

/** How the log is brought to disk, in the background and at once, and how it is read where that has failed. */
export interface LogCalls {
  readonly later: (file: number) => Promise<void>;
  readonly now: (file: number) => void;
  readonly read: (file: number) => Buffer;
}

const SYSTEM: LogCalls = { later: promisify(fdatasync), now: fdatasyncSync, read: readWhole };

const FULL = new Set(['ENOSPC', 'EDQUOT']);

/**
 * Makes commits durable without holding up the event loop: SQLite writes a commit to its write-ahead log
 * (`synchronous=NORMAL`), and this syncs the log. Commits made meanwhile share the next sync.
 *
 * After a failed sync the system may forget what it had not written, and call the next sync a success. So the log is
 * kept in memory then, and nobody writes to the database until it was written again and synced.
 */
export class WalSync {
  readonly #sqlite: BetterSqlite3.Database;
  readonly #calls: LogCalls;
  readonly #file: number;
  readonly #runs = new SharedRun(() => this.#sync());
  #trouble: unknown = null;
  /** The log as it was when its sync failed; null where it could not be read yet. */
  #kept: Buffer | null = null;

  /** Of an open database in WAL mode. */
  constructor(sqlite: BetterSqlite3.Database, calls: LogCalls = SYSTEM) {
    this.#sqlite = sqlite;
    this.#calls = calls;
    // Beside the file itself, where `name` is a symbolic link to it.
    this.#file = openSync(`${realpathSync(sqlite.name)}-wal`, 'r+');
  }

  /**
   * Resolves once everything committed before this call would survive power loss. STORAGE_FULL, BACKEND_UNAVAILABLE:
   * it may not, but it is there for now.
   */
  sync(): Promise<void> {
    return this.#runs.run();
  }

  /** To be called before anything is written. Throws as `sync` while an earlier sync is still not made good. */
  recover(): void {
    if (this.#trouble === null) return;
    try {
      this.#writeAgain();
    } catch (error) {
      throw notSynced(error);
    }
  }

  /** Lets go of the log once nobody waits for it. */
  close(): void {
    const letGo = () => close(this.#file, () => undefined); // what matters of it was synced
    this.#runs.run().then(letGo, letGo);
  }

  async #sync(): Promise<void> {
    if (this.#trouble === null) {
      try {
        await this.#calls.later(this.#file);
        return;
      } catch (error) {
        this.#trouble = error;
      }
    }
    this.recover();
  }

  #writeAgain(): void {
    if (!this.#isLocked()) {
      this.#sqlite.exec('BEGIN IMMEDIATE; SAVEPOINT log');
      this.#kept = null;
    }
    this.#kept ??= this.#calls.read(this.#file);
    writeWhole(this.#file, this.#kept);
    this.#calls.now(this.#file);
    this.#sqlite.exec('ROLLBACK');
    this.#kept = null;
    this.#trouble = null;
  }

  /**
   * Whether the transaction is still there that keeps everybody from writing. SQLite undoes it where a read fails: then
   * others may have written, and what was kept is no longer the log.
   */
  #isLocked(): boolean {
    if (!this.#sqlite.inTransaction) return false;
    try {
      this.#sqlite.exec('ROLLBACK TO log');
      return true;
    } catch {
      return false;
    }
  }
}

export function readWhole(file: number): Buffer {
  const content = Buffer.allocUnsafe(fstatSync(file).size);
  for (let done = 0; done < content.length;) {
    const count = readSync(file, content, done, content.length - done, done);
    if (count === 0) throw new Error('the write-ahead log became shorter while it was read');
    done += count;
  }
  return content;
}

function writeWhole(file: number, content: Buffer): void {
  for (let done = 0; done < content.length;) {
    done += writeSync(file, content, done, content.length - done, done);
  }
}

function notSynced(cause: unknown): AppError {
  if (cause instanceof Error && 'code' in cause && FULL.has(String(cause.code))) return databaseFull(cause);
  const message =
    'The database is not safely on its disk just now; look whether the change was made before you try again.';
  return new AppError('BACKEND_UNAVAILABLE', message, undefined, { cause });
}
