import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { AccountsContext } from './accounts/accounts-context.ts';
import { openAccounts } from './accounts/open-accounts.ts';
import type { PasswordCost } from './accounts/passwords.ts';
import { createSignedTokens } from './auth/signed-tokens.ts';
import type { Config } from './config/config.ts';
import { Database } from './db/database.ts';
import { takeProcessLock, type ProcessLock } from './db/process-lock.ts';
import { Cleanup, type Chore } from './files/cleanup.ts';
import { DamagedFilesRepository } from './files/damaged-files-repository.ts';
import { doomDeadWrites } from './files/doom-dead-writes.ts';
import { FileListRepository } from './files/file-list-repository.ts';
import type { FilesContext } from './files/files-context.ts';
import { FilesRepository } from './files/files-repository.ts';
import { ObjectKeys } from './files/object-keys.ts';
import { ObjectReaper } from './files/object-reaper.ts';
import { OpenBackendsRepository } from './files/open-backends-repository.ts';
import { PendingObjectsRepository } from './files/pending-objects-repository.ts';
import { refuseOrphans } from './files/refuse-orphans.ts';
import { removeAbandonedParts } from './files/remove-abandoned-parts.ts';
import { closeServer } from './http/close-server.ts';
import { Listeners, type ListenAddress } from './http/listeners.ts';
import { Metrics, type BucketFigures } from './http/metrics/metrics.ts';
import { createServer } from './http/server.ts';
import { systemClock, type Clock } from './lib/clock.ts';
import { newUuid } from './lib/ids.ts';
import { doomDeadMigration } from './operations/dead-migration.ts';
import { TroubleRepository } from './operations/trouble-repository.ts';
import { openRecords } from './records/open-records.ts';
import { compileRules } from './rules/rule-book.ts';
import type { Schema } from './schema/schema.ts';
import { Backends } from './storage/backends.ts';
import { expireUploads, removeStrayBytes } from './uploads/expire-uploads.ts';
import { finishInterrupted } from './uploads/finish-interrupted.ts';
import { HashStates } from './uploads/hash-states.ts';
import { StagingFolder } from './uploads/staging-folder.ts';
import { UploadLocks } from './uploads/upload-locks.ts';
import type { UploadsContext } from './uploads/uploads-context.ts';
import { UploadsRepository } from './uploads/uploads-repository.ts';

export interface AppOptions {
  /** With a token secret; `auth/secret.ts` finds one where none is configured. */
  readonly config: Config;
  readonly schema: Schema;
  readonly log: FastifyBaseLogger;
  readonly clock?: Clock;
  /** What a password hash costs; tests that log in a lot make it cheap. */
  readonly passwordCost?: PasswordCost;
}

export interface App {
  readonly http: FastifyInstance;
  readonly files: FilesContext;
  readonly uploads: UploadsContext;
  /** What the one-time link carries that makes the first admin; null when there is an admin. */
  readonly setupToken: string | null;
  readonly cleanup: Cleanup;
  /** Rejects, as `listen` of node:net does, when that cannot be. */
  listen(address: ListenAddress): Promise<void>;
  /**
   * Stops accepting, lets requests in flight finish for up to `patience` ms, cuts the rest, then closes backends and
   * database.
   */
  close(patience: number): Promise<void>;
}

/** How long a starting server waits for its predecessor to let go of the database. */
const PATIENCE_MS = 5_000;

/** Opens everything and puts it together; nothing listens yet. What was opened is closed again if it throws. */
export async function buildApp(options: AppOptions): Promise<App> {
  const closers: Closer[] = [];
  try {
    return await assemble(options, closers);
  } catch (error) {
    await closeAll(closers, 0);
    throw error;
  }
}

type Closer = (patience: number) => void | Promise<void>;

/** What was opened last is closed first. */
async function closeAll(closers: readonly Closer[], patience: number): Promise<void> {
  for (const close of [...closers].reverse()) await close(patience);
}

async function assemble(
  { config, schema, log, clock = systemClock, passwordCost }: AppOptions,
  closers: Closer[],
): Promise<App> {
  const rules = compileRules(schema);
  const database = new Database({ path: config.database.path, durable: config.storage.durable });
  let lock: ProcessLock | null = null;
  // After the database, which commits what is left as it closes: whoever takes the lock takes what was noted for dead.
  closers.push(() => lock?.release());
  closers.push(() => database.closeIdle());
  lock = await takeProcessLock(config.database.path, 'server', PATIENCE_MS);
  const metrics = config.metrics.enabled ? new Metrics() : null;
  const backends = await Backends.open(config.storage, {
    observe: metrics?.backendCall,
    database: config.database.path,
  });
  closers.push(() => backends.close());

  const filesRepository = new FilesRepository(database);
  await refuseOrphans(filesRepository, backends, schema);
  await new OpenBackendsRepository(database).replace(backends.names());
  const pending = new PendingObjectsRepository(database);
  const reaper = new ObjectReaper(pending, backends, log);
  const damaged = new DamagedFilesRepository(database);
  closers.push(() => reaper.settle());
  const files: FilesContext = {
    storage: config.storage,
    schema,
    rules,
    backends,
    files: filesRepository,
    fileList: new FileListRepository(database),
    objectKeys: new ObjectKeys(pending, 'server', newUuid, clock),
    reaper,
    onDamage: (file) => {
      metrics?.damagedRead(file.bucket);
      damaged
        .note(file.id, clock())
        .catch((error: unknown) => log.error({ err: error }, 'could not note a damaged file'));
    },
    signedTokens: createSignedTokens(config.auth.jwt.secret),
    clock,
    newId: newUuid,
  };
  // Holding the lock, this process knows that whoever left these notes is gone.
  await doomDeadWrites(pending, config.storage, 'server', clock());
  const uploads: UploadsContext = {
    files,
    uploads: new UploadsRepository(database),
    staging: await StagingFolder.open(config.storage.tus.path, config.storage.durable),
    locks: new UploadLocks(() => performance.now()),
    hashes: new HashStates(),
  };
  const { accounts, setupToken } = await openAccounts({
    settings: config.auth,
    database,
    log,
    clock,
    passwordCost,
  });
  const records = openRecords(database, files, log);
  closers.push(() => uploads.locks.idle());
  const cleanup = new Cleanup(
    chores(files, uploads, accounts, () => doomDeadMigration(pending, config, clock())),
    log,
    config.storage.cleanup.interval,
    metrics?.cleanup,
  );
  metrics?.report({ buckets: () => bucketFigures(files), unfinishedUploads: () => uploads.uploads.count() });
  closers.push(() => cleanup.stop());

  const http = await createServer({
    config,
    log,
    accounts,
    files,
    uploads,
    records,
    cleanup,
    trouble: new TroubleRepository(database),
    snapshot: database.snapshot,
    metrics,
    health: {
      backends,
      backendsInUse: [...new Set([...schema.buckets.values()].map((bucket) => bucket.backend))],
      pingDatabase: async () => {
        await filesRepository.usage('');
      },
    },
  });
  const listeners = new Listeners(http);
  closers.push((patience) => closeServer(http, listeners, patience));
  http.addHook('onListen', async () => cleanup.start());
  return {
    http,
    files,
    uploads,
    setupToken,
    cleanup,
    listen: (address) => listeners.open(address),
    close: (patience) => closeAll(closers, patience),
  };
}

function chores(
  files: FilesContext,
  uploads: UploadsContext,
  accounts: AccountsContext,
  doomDeadCopies: () => Promise<number>,
): Chore[] {
  return [
    { name: 'sessions_expired', run: () => accounts.sessions.removeExpired(accounts.clock()) },
    { name: 'uploads_finished', atStart: true, run: (signal) => finishInterrupted(uploads, signal) },
    { name: 'uploads_expired', run: (signal) => expireUploads(uploads, signal) },
    { name: 'stray_upload_bytes', run: (signal) => removeStrayBytes(uploads, signal) },
    { name: 'migration_copies_given_up', run: doomDeadCopies },
    { name: 'objects_deleted', run: (signal) => files.reaper.sweep(files.clock(), signal) },
    { name: 'abandoned_parts', run: () => removeAbandonedParts(files.backends, files.clock) },
  ];
}

function bucketFigures({ schema, files }: FilesContext): Promise<BucketFigures[]> {
  const names = [...schema.buckets.keys()];
  return Promise.all(names.map(async (bucket) => ({ bucket, ...(await files.usage(bucket)) })));
}
