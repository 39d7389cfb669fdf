import type { Config } from '../config/config.ts';
import { Database } from '../db/database.ts';
import { DamagedFilesRepository } from '../files/damaged-files-repository.ts';
import { FilePlacesRepository } from '../files/file-places-repository.ts';
import { FilesRepository } from '../files/files-repository.ts';
import { PendingObjectsRepository } from '../files/pending-objects-repository.ts';
import type { Clock } from '../lib/clock.ts';
import { Backends } from '../storage/backends.ts';

/** Database and backends, as a command beside the running server opens them. */
export interface StorageAccess {
  readonly config: Config;
  readonly database: Database;
  readonly backends: Backends;
  readonly files: FilesRepository;
  readonly places: FilePlacesRepository;
  readonly pending: PendingObjectsRepository;
  readonly damaged: DamagedFilesRepository;
  readonly clock: Clock;
  close(): Promise<void>;
}

export async function openStorage(config: Config, clock: Clock): Promise<StorageAccess> {
  const database = new Database({ path: config.database.path, durable: config.storage.durable });
  try {
    const backends = await Backends.open(config.storage);
    return {
      config,
      database,
      backends,
      files: new FilesRepository(database),
      places: new FilePlacesRepository(database),
      pending: new PendingObjectsRepository(database),
      damaged: new DamagedFilesRepository(database),
      clock,
      async close() {
        await backends.close();
        database.close();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
