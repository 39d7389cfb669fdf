import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { createTokens } from './auth/tokens.ts';
import type { Config } from './config/config.ts';
import { Database } from './db/database.ts';
import { takeProcessLock } from './db/process-lock.ts';
import { Cleanup } from './files/cleanup.ts';
import { FileListRepository } from './files/file-list-repository.ts';
import type { FilesContext } from './files/files-context.ts';
import { FilesRepository } from './files/files-repository.ts';
import { ObjectKeys } from './files/object-keys.ts';
import { ObjectReaper } from './files/object-reaper.ts';
import { PendingObjectsRepository } from './files/pending-objects-repository.ts';
import { createServer } from './http/server.ts';
import { systemClock, type Clock } from './lib/clock.ts';
import { OperatorError } from './lib/errors.ts';
import { newUuid } from './lib/ids.ts';
import { compileRules } from './rules/rule-book.ts';
import type { Schema } from './schema/schema.ts';
import { Backends } from './storage/backends.ts';

export interface AppOptions {
  /** With a token secret; `auth/secret.ts` finds one where none is configured. */
  readonly config: Config;
  readonly schema: Schema;
  readonly log: FastifyBaseLogger;
  readonly clock?: Clock;
}

export interface App {
  readonly http: FastifyInstance;
  readonly files: FilesContext;
  /** Stops accepting, lets requests in flight finish, then closes backends and database. */
  close(): Promise<void>;
}

/** How long a starting server waits for its predecessor to let go of the database. */
const PATIENCE_MS = 5_000;

/** Opens everything and puts it together; nothing listens yet. */
export async function buildApp({ config, schema, log, clock = systemClock }: AppOptions): Promise<App> {
  const rules = compileRules(schema);
  const database = new Database({ path: config.database.path, durable: config.storage.durable });
  const lock = await takeProcessLock(config.database.path, 'server', PATIENCE_MS);
  const backends = await Backends.open(config.storage);

  const filesRepository = new FilesRepository(database);
  await refuseOrphanedBackends(filesRepository, backends);
  const pending = new PendingObjectsRepository(database);
  const reaper = new ObjectReaper(pending, backends, log);
  const files: FilesContext = {
    storage: config.storage,
    schema,
    rules,
    backends,
    files: filesRepository,
    fileList: new FileListRepository(database),
    objectKeys: new ObjectKeys(pending, 'server', newUuid, clock),
    reaper,
    clock,
    newId: newUuid,
  };
  // Holding the lock, this process knows that whoever left these notes is gone.
  await pending.doomLeftovers('server');
  const cleanup = new Cleanup({ backends, reaper, clock, log, interval: config.storage.cleanup.interval });

  const http = await createServer({
    config,
    log,
    clock,
    files,
    tokens: createTokens(config.auth.jwt),
    health: {
      backends,
      backendsInUse: [...new Set([...schema.buckets.values()].map((bucket) => bucket.backend))],
      pingDatabase: async () => void (await filesRepository.usage('')),
    },
  });
  http.addHook('onListen', async () => cleanup.start());
  return {
    http,
    files,
    close: async () => {
      await http.close();
      await cleanup.stop();
      await reaper.settle();
      await backends.close();
      database.close();
      lock.release();
    },
  };
}

/** A backend that left alyx.yml while files lie in it would turn every one of them into an error; better not to start. */
async function refuseOrphanedBackends(files: FilesRepository, backends: Backends): Promise<void> {
  for (const [name, count] of await files.countByBackend()) {
    if (backends.has(name)) continue;
    throw new OperatorError(
      `${count} files lie in the backend "${name}", which is not in storage.backends of alyx.yml; ` +
        `put it back, and move them with "alyx storage migrate --to NAME" before removing it`,
    );
  }
}
