import type { Config } from '../config/config.ts';
import { tryProcessLock } from '../db/process-lock.ts';
import { doomDeadWrites } from '../files/doom-dead-writes.ts';
import type { ObjectReaper } from '../files/object-reaper.ts';
import type { PendingObjectsRepository } from '../files/pending-objects-repository.ts';
import { MIGRATE_ROLE } from './move-file.ts';

export interface DeadMigration {
  readonly config: Config;
  readonly pending: PendingObjectsRepository;
  readonly reaper: ObjectReaper;
  readonly now: number;
}

/**
 * Orders the copies to be deleted that a migration was making when it died; resolves to how many. A migration that is
 * under way holds its lock and is left alone.
 */
export async function doomDeadMigration(dead: DeadMigration): Promise<number> {
  const { config, ...context } = dead;
  const lock = tryProcessLock(config.database.path, MIGRATE_ROLE);
  if (lock === null) return 0;
  try {
    return await doomDeadWrites({ ...context, storage: config.storage, owner: MIGRATE_ROLE });
  } finally {
    lock.release();
  }
}
