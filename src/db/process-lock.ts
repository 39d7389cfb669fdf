import BetterSqlite3 from 'better-sqlite3';
import { OperatorError } from '../lib/errors.ts';
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

/** Takes the lock `{databasePath}.{role}.lock`, or resolves to null when a live process holds it. */
export function tryProcessLock(databasePath: string, role: string): ProcessLock | null {
  if (databasePath === ':memory:') return { release: () => undefined };
  const file = new BetterSqlite3(`${databasePath}.${role}.lock`, { timeout: 0 });
  try {
    file.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if (isBusy(error)) return null;
    throw error;
  }
  held.add(file);
  return {
    release() {
      held.delete(file);
      file.close();
    },
  };
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
