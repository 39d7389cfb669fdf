import { doomDeadWrites } from '../files/doom-dead-writes.ts';
import { ObjectKeys } from '../files/object-keys.ts';
import { ObjectReaper, type ReaperLog } from '../files/object-reaper.ts';
import type { StoredFile } from '../files/stored-file.ts';
import { newUuid } from '../lib/ids.ts';
import { mapInOrder } from '../storage/compression/map-in-order.ts';
import { MIGRATE_ROLE, moveFile, type MoveOptions, type MoveOutcome } from './move-file.ts';
import { OldCopies } from './old-copies.ts';
import type { StorageAccess } from './storage-access.ts';

export interface MigrateOptions extends MoveOptions {
  /** Undefined = every bucket. */
  readonly bucket?: string | undefined;
  readonly log: ReaperLog;
  readonly onFile?: (file: StoredFile, outcome: MoveOutcome) => void;
}

export interface MigrationSummary {
  readonly files: number;
  readonly bytes: number;
  /** Files that were deleted while they were being moved. */
  readonly deleted: number;
  readonly failures: readonly MigrationFailure[];
  /** Files still elsewhere: those that failed, and those that came since. */
  readonly left: number;
  readonly interrupted: boolean;
}

export interface MigrationFailure {
  readonly id: string;
  readonly bucket: string;
  readonly path: string;
  readonly backend: string;
  readonly reason: string;
}

/** Small files wait for the disk and the network more than they use them. */
const FILES_UNDER_WAY = 4;
const PAGE = 100;

/**
 * Moves files' bytes to another backend, each file on its own: copy, verify the copy, then one transaction that
 * switches the row and orders the old bytes to be deleted. Every step leaves a state from which a later run goes
 * on. The caller holds the process lock of `MIGRATE_ROLE`.
 */
export async function migrateFiles(
  storage: StorageAccess,
  options: MigrateOptions,
): Promise<MigrationSummary> {
  const { config, backends, pending, places, clock } = storage;
  const reaper = new ObjectReaper(pending, backends, options.log);
  const objectKeys = new ObjectKeys(pending, MIGRATE_ROLE, newUuid, clock);
  const oldCopies = new OldCopies(reaper, clock);
  // Holding the lock, this process knows that whoever left these notes is gone.
  await doomDeadWrites(pending, config.storage, MIGRATE_ROLE, clock());
  await reaper.sweep(clock());

  const tally = { files: 0, bytes: 0, deleted: 0 };
  const failures: MigrationFailure[] = [];
  const move = async (file: StoredFile) => ({
    file,
    outcome: await moveFile({ ...storage, ...options, objectKeys, reaper, oldCopies }, file),
  });
  try {
    for await (const { file, outcome } of mapInOrder(filesToMove(storage, options), FILES_UNDER_WAY, move)) {
      if (outcome.kind === 'moved') {
        tally.files += 1;
        tally.bytes += file.storedSize;
      }
      if (outcome.kind === 'deleted') tally.deleted += 1;
      if (outcome.kind === 'failed') failures.push({ ...pick(file), reason: outcome.reason });
      options.onFile?.(file, outcome);
    }
    await oldCopies.deleteAll(options.signal);
  } catch (error) {
    if (options.signal?.aborted !== true) throw error;
  } finally {
    await pending.doomLeftovers(MIGRATE_ROLE);
    await reaper.settle();
    await reaper.sweep(clock());
  }
  const { files: left } = await places.totals({ notIn: options.to, bucket: options.bucket });
  return { ...tally, failures, left, interrupted: options.signal?.aborted === true };
}

/** What was there at the start: a bucket that still takes uploads elsewhere would never be done. */
async function* filesToMove({ places, clock }: StorageAccess, { to, bucket, signal }: MigrateOptions) {
  const startedAt = clock();
  for (let after = ''; ;) {
    const page = await places.page({ notIn: to, bucket }, after, PAGE);
    for (const file of page) {
      if (signal?.aborted === true) return;
      if (file.createdAt <= startedAt) yield file;
    }
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

function pick({ id, bucket, path, backend }: StoredFile) {
  return { id, bucket, path, backend };
}
