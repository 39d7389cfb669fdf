import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { secretPath } from '../auth/secret.ts';
import type { FilesystemConfig, S3Config } from '../config/config.ts';
import { Database } from '../db/database.ts';
import { FilePlacesRepository } from '../files/file-places-repository.ts';
import type { StoredFile } from '../files/stored-file.ts';
import { OperatorError } from '../lib/errors.ts';
import { newUuid } from '../lib/ids.ts';
import { VERSION } from '../lib/version.ts';
import { ObjectNotFoundError } from '../storage/backend.ts';
import { FilesystemBackend } from '../storage/filesystem-backend.ts';
import { BackupsRepository } from './backups-repository.ts';
import type { StorageAccess } from './storage-access.ts';

/** Written last: a folder without it is no backup. */
const MANIFEST = 'manifest.json';
/**
 * How long a backup that has died holds up deletions, and how often one that lives says so: nothing that it does may keep
 * this thread for longer.
 */
const HOLD_MS = 60_000;
const RENEW_MS = 10_000;
const BATCH = 64;

export interface BackupOptions {
  /** Copies even where a hard link would do: links share the disk, and its faults, with the server. */
  readonly copy: boolean;
  /** Called with the stored bytes of each file that is in the backup. */
  readonly onFile?: (bytes: number) => void;
}

/** What a backup has of one backend. */
export interface BackendBackup {
  readonly type: 'filesystem' | 's3';
  /** Where the files are: below the backup, or in the S3 bucket, which has to keep them itself. */
  readonly path: string;
  readonly files: number;
  readonly stored_bytes: number;
  /** Files whose bytes are not there to be copied. */
  readonly missing: readonly string[];
}

export interface BackupManifest {
  readonly alyx: string;
  readonly taken_at: string;
  readonly database: string;
  /** Null where alyx.yml sets the secret. */
  readonly jwt_secret: string | null;
  readonly backends: Readonly<Record<string, BackendBackup>>;
}

/**
 * Backs up database, secret and the bytes of filesystem backends into the new folder `target`, beside a running server.
 * The snapshot of the database comes first, then every object that it names: objects never change, and none is
 * deleted while this runs.
 */
export async function backUp(
  storage: StorageAccess,
  target: string,
  options: BackupOptions,
): Promise<BackupManifest> {
  const folder = resolve(target);
  await makeEmptyFolder(folder);
  const id = newUuid();
  const backups = new BackupsRepository(storage.database);
  await backups.hold(id, HOLD_MS);
  const renewal = setInterval(() => void backups.hold(id, HOLD_MS).catch(() => undefined), RENEW_MS);
  try {
    return await write(storage, folder, options);
  } finally {
    clearInterval(renewal);
    await backups.release(id);
  }
}

async function makeEmptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) {
    throw new OperatorError(`${folder} is not empty; a backup needs a folder of its own`);
  }
}

async function write(
  storage: StorageAccess,
  folder: string,
  options: BackupOptions,
): Promise<BackupManifest> {
  const { config, clock, database } = storage;
  const takenAt = new Date(clock()).toISOString();
  await database.backup(join(folder, 'alyx.db'));
  const hasSecret = config.auth.jwt.secret === '';
  if (hasSecret) await copySecret(secretPath(config), join(folder, 'jwt-secret'));
  const snapshot = new Database({ path: join(folder, 'alyx.db'), durable: true });
  try {
    await new BackupsRepository(snapshot).trim();
    const places = new FilePlacesRepository(snapshot);
    const backends: Record<string, BackendBackup> = {};
    for (const [name, backend] of Object.entries(config.storage.backends)) {
      backends[name] =
        backend.type === 's3'
          ? await noteS3(places, name, backend)
          : await copyObjects({ storage, places, name, backend, folder, options });
    }
    const manifest: BackupManifest = {
      alyx: VERSION,
      taken_at: takenAt,
      database: 'alyx.db',
      jwt_secret: hasSecret ? 'jwt-secret' : null,
      backends,
    };
    await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
    return manifest;
  } finally {
    snapshot.close();
  }
}

/** A server that never started has none yet. */
async function copySecret(from: string, to: string): Promise<void> {
  await copyFile(from, to).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
}

async function noteS3(
  places: FilePlacesRepository,
  name: string,
  { bucket, bucketPrefix }: S3Config,
): Promise<BackendBackup> {
  const { files, storedBytes } = await places.totals({ in: name });
  const path = `s3://${bucket}${bucketPrefix === null ? '' : `/${bucketPrefix}`}`;
  return { type: 's3', path, files, stored_bytes: storedBytes, missing: [] };
}

interface CopyContext {
  readonly storage: StorageAccess;
  /** The snapshot's. */
  readonly places: FilePlacesRepository;
  readonly name: string;
  readonly backend: FilesystemConfig;
  readonly folder: string;
  readonly options: BackupOptions;
}

async function copyObjects(context: CopyContext): Promise<BackendBackup> {
  const { places, name, folder, options } = context;
  const path = join('storage', name);
  const target = await FilesystemBackend.open({
    type: 'filesystem',
    name,
    path: join(folder, path),
    durable: true,
  });
  const missing: string[] = [];
  let files = 0;
  let storedBytes = 0;
  const next = (after: string) => places.page({ in: name }, after, BATCH);
  for (let page = await next(''); page.length > 0; page = await next(page.at(-1)?.id ?? '')) {
    const copied = await Promise.all(page.map((file) => copyObject(context, target, file)));
    page.forEach((file, index) => {
      if (copied[index] !== true) return void missing.push(file.id);
      files += 1;
      storedBytes += file.storedSize;
      options.onFile?.(file.storedSize);
    });
  }
  return { type: 'filesystem', path, files, stored_bytes: storedBytes, missing };
}

/** False when the bytes are not there. */
async function copyObject(
  { storage, name, backend, options }: CopyContext,
  target: FilesystemBackend,
  { bucket, objectKey, storedSize: size }: StoredFile,
): Promise<boolean> {
  if (!options.copy && (await target.link(bucket, objectKey, join(backend.path, bucket, objectKey))))
    return true;
  try {
    await target.put(bucket, objectKey, await storage.backends.get(name).get(bucket, objectKey), { size });
    return true;
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return false;
    throw error;
  }
}
