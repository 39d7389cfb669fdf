import type { Config } from '../config/config.ts';
import { tryProcessLock } from '../db/process-lock.ts';
import { doomDeadWrites } from '../files/doom-dead-writes.ts';
import type { PendingObjectsRepository } from '../files/pending-objects-repository.ts';
import { MIGRATE_ROLE } from './move-file.ts';

/**
 * Orders the copies to be deleted that a migration was making when it died; resolves to how many. A migration that is
 * under way holds its lock and is left alone.
 */
export async function doomDeadMigration(
  pending: PendingObjectsRepository,
  { database, storage }: Config,
  now: number,
): Promise<number> {
  const lock = tryProcessLock(database.path, MIGRATE_ROLE);
  if (lock === null) return 0;
  try {
    return await doomDeadWrites(pending, storage, MIGRATE_ROLE, now);
  } finally {
    lock.release();
  }
}
