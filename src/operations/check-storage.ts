import { tryProcessLock } from '../db/process-lock.ts';
import { doomDeadWrites } from '../files/doom-dead-writes.ts';
import { ObjectReaper, type ReaperLog } from '../files/object-reaper.ts';
import { AppError } from '../lib/errors.ts';
import type { Schema } from '../schema/schema.ts';
import { checkBucket } from './check-bucket.ts';
import { checkParts, checkStaging } from './check-parts.ts';
import { checkReferences } from './check-references.ts';
import { ListedObjectsRepository, type DeadWriters } from './listed-objects-repository.ts';
import { MIGRATE_ROLE } from './move-file.ts';
import type { StorageAccess } from './storage-access.ts';
import type { StorageProblem } from './storage-problem.ts';

export interface CheckOptions {
  readonly schema: Schema;
  /** Undefined = every bucket. */
  readonly bucket?: string | undefined;
  /** Mends what can be mended without a loss. */
  readonly repair: boolean;
  /** Reads every file and compares its SHA-256. */
  readonly deep: boolean;
  readonly log: ReaperLog;
  /** Called with the number of objects listed since the last call. */
  readonly onObjects?: (count: number) => void;
  /** Called with the stored bytes of each file that was read. */
  readonly onContent?: (bytes: number) => void;
}

export interface CheckContext extends StorageAccess, CheckOptions {
  readonly listed: ListedObjectsRepository;
  readonly reaper: ObjectReaper;
  readonly deadWriters: DeadWriters;
}

const ROLES = ['server', MIGRATE_ROLE];

/**
 * Compares rows, backends and records with each other, beside a running server, and yields what does not fit,
 * mended already where it can be and `repair` says so.
 */
export async function* checkStorage(
  storage: StorageAccess,
  options: CheckOptions,
): AsyncGenerator<StorageProblem> {
  const reaper = new ObjectReaper(storage.pending, storage.backends, options.log);
  const deadWriters = await findDeadWriters(storage, options.repair);
  if (options.repair) await reaper.sweep(storage.clock());
  const listed = new ListedObjectsRepository(storage.database);
  const context = { ...storage, ...options, listed, reaper, deadWriters };
  try {
    yield* unknownBackends(context);
    for (const backend of storage.backends.names())
      yield* unlessUnavailable(context, backend, checkBackend(context, backend));
    if (options.bucket === undefined) yield* checkStaging(context);
    yield* checkReferences(context);
  } finally {
    await reaper.settle();
  }
}

async function* checkBackend(context: CheckContext, backend: string): AsyncGenerator<StorageProblem> {
  const { bucket: only, schema, listed } = context;
  const buckets =
    only === undefined ? new Set([...schema.buckets.keys(), ...listed.buckets(backend)]) : [only];
  for (const bucket of buckets) yield* checkBucket(context, backend, bucket);
  if (only === undefined) yield* checkParts(context, backend);
}

/** One backend that cannot serve must not keep the others from being checked. */
async function* unlessUnavailable(
  { schema, listed, log }: CheckContext,
  backend: string,
  problems: AsyncGenerator<StorageProblem>,
): AsyncGenerator<StorageProblem> {
  try {
    yield* problems;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const buckets = [...schema.buckets.values()].filter((bucket) => bucket.backend === backend);
    if (buckets.length === 0 && listed.buckets(backend).length === 0) {
      log.warn({ err: error, backend }, `not checked, for nothing uses it: ${error.message}`);
      return;
    }
    yield { kind: 'backend_unavailable', message: error.message, repaired: false, backend };
  }
}

async function* unknownBackends({ files, backends }: CheckContext): AsyncGenerator<StorageProblem> {
  for (const [backend, count] of await files.countByBackend()) {
    if (backends.has(backend)) continue;
    const message = `${count} files lie in it, but it is not in storage.backends of alyx.yml: put it back`;
    yield { kind: 'backend_unknown', message, repaired: false, backend };
  }
}

/**
 * Roles that no live process has: whatever they were writing is dead. A repair orders it to be deleted, as the
 * next process of that role would; the lock is held for just that, so that a server may start meanwhile.
 */
async function findDeadWriters(
  { config, pending, clock }: StorageAccess,
  repair: boolean,
): Promise<DeadWriters> {
  const owners: string[] = [];
  for (const role of ROLES) {
    const lock = tryProcessLock(config.database.path, role);
    if (lock === null) continue;
    try {
      if (repair) await doomDeadWrites(pending, config.storage, role, clock());
      else owners.push(role);
    } finally {
      lock.release();
    }
  }
  return { owners, until: clock() };
}
