import { closeSync, fchmodSync, fchownSync, openSync, realpathSync, statSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { OperatorError } from '../lib/errors.ts';
import { cannotOpen } from './cannot-open.ts';
import { isBusy } from './sqlite-error.ts';

/**
 * Held by a process for as long as it lives; the operating system lets go of it even on kill -9. Whoever holds
 * the lock of a role knows that every note left by an earlier holder is dead. The lock is SQLite's own lock on an
 * empty database file, because Node has no flock.
 */
export interface ProcessLock {
  release(): void;
}

/** Keeps what nobody refers to from being collected, which would close the file and let go of the lock. */
const held = new Set<BetterSqlite3.Database>();

/**
 * Takes the lock `{databasePath}.{role}.lock`, beside the file itself where that is a symbolic link; null when a live
 * process holds it. Throws OperatorError where this process may not take it.
 */
export function tryProcessLock(databasePath: string, role: string): ProcessLock | null {
  if (databasePath === ':memory:') return { release: () => undefined };
  let path = `${databasePath}.${role}.lock`;
  try {
    path = `${realpathSync(databasePath)}.${role}.lock`;
    makeFor(databasePath, path);
    const file = new BetterSqlite3(path, { timeout: 0 });
    if (!lock(file)) return null;
    return {
      release() {
        held.delete(file);
        file.close();
      },
    };
  } catch (error) {
    const permissions =
      'the user whom alyx runs as must be able to write that file: give it the owner of the database ' +
      `(chown --reference=${databasePath} ${path})`;
    throw cannotOpen(`the lock ${path}`, permissions, error);
  }
}

/**
 * With owner and permissions of the database, as SQLite makes its own files beside it: whoever may write that may take the
 * lock, though root made it.
 */
function makeFor(databasePath: string, path: string): void {
  const { uid, gid, mode } = statSync(databasePath);
  let file: number;
  try {
    file = openSync(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  try {
    fchmodSync(file, mode & 0o777);
    fchownSync(file, uid, gid);
  } catch {
    // Only root gives files away; anybody else's lock is theirs, as their -wal would be.
  } finally {
    closeSync(file);
  }
}

/** False when another connection holds it. */
function lock(file: BetterSqlite3.Database): boolean {
  try {
    // No journal beside the file, for nothing is written.
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    // Of a file that may only be read, SQLite has locked nothing, and does not say so until it is to be written.
    file.exec('PRAGMA incremental_vacuum');
  } catch (error) {
    file.close();
    if (isBusy(error)) return false;
    throw error;
  }
  held.add(file);
  return true;
}

const RETRY_MS = 100;

/** Like `tryProcessLock`, but waits up to `patience` ms for a predecessor that is shutting down. */
export async function takeProcessLock(
  databasePath: string,
  role: string,
  patience: number,
): Promise<ProcessLock> {
  for (let waited = 0; ; waited += RETRY_MS) {
    const lock = tryProcessLock(databasePath, role);
    if (lock !== null) return lock;
    if (waited >= patience) {
      throw new OperatorError(
        `another alyx ${role} is running on the database ${databasePath}; stop it first, or give this one its own database.path`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
