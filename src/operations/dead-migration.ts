import { tryProcessLock } from '../db/process-lock.ts';
import type { PendingObjectsRepository } from '../files/pending-objects-repository.ts';
import { MIGRATE_ROLE } from './move-file.ts';

/**
 * Orders the copies to be deleted that a migration was making when it died; resolves to how many. A migration that is
 * under way holds its lock and is left alone.
 */
export async function doomDeadMigration(
  pending: PendingObjectsRepository,
  databasePath: string,
): Promise<number> {
  const lock = tryProcessLock(databasePath, MIGRATE_ROLE);
  if (lock === null) return 0;
  try {
    return await pending.doomLeftovers(MIGRATE_ROLE);
  } finally {
    lock.release();
  }
}
