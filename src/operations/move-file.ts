import type { ObjectKeys } from '../files/object-keys.ts';
import type { ObjectReaper } from '../files/object-reaper.ts';
import type { ObjectPlace } from '../files/pending-objects-repository.ts';
import type { StoredFile } from '../files/stored-file.ts';
import { AppError } from '../lib/errors.ts';
import { ObjectNotFoundError } from '../storage/backend.ts';
import { contentFault } from './content-fault.ts';
import type { OldCopies } from './old-copies.ts';
import type { StorageAccess } from './storage-access.ts';

export type MoveOutcome =
  | { readonly kind: 'moved' }
  /** The file was deleted meanwhile. */
  | { readonly kind: 'deleted' }
  | { readonly kind: 'failed'; readonly reason: string };

/** The role under which a migration notes what it writes; `takeProcessLock` lets only one hold it. */
export const MIGRATE_ROLE = 'migrate';

export interface MoveOptions {
  /** The backend that everything goes to. */
  readonly to: string;
  /** How long old copies on S3 stay, in ms, for readers who have begun with them. */
  readonly drain: number;
  readonly signal?: AbortSignal;
  /** Called with the bytes that were copied since the last call. */
  readonly onBytes?: (bytes: number) => void;
}

export interface MoveContext extends StorageAccess, MoveOptions {
  readonly objectKeys: ObjectKeys;
  readonly reaper: ObjectReaper;
  readonly oldCopies: OldCopies;
}

/**
 * Moves one file. What is wrong with the file itself is an outcome; a backend that cannot serve, or an
 * interruption, rejects: then the file is still where it was.
 */
export async function moveFile(context: MoveContext, file: StoredFile): Promise<MoveOutcome> {
  if (file.bytesMissing) return { kind: 'failed', reason: 'its bytes are missing' };
  const copy = await context.objectKeys.take(context.to, file.bucket);
  try {
    await copyBytes(context, file, copy);
    const fault = await contentFault(context.backends, file, copy, context.signal);
    if (fault !== null) throw new CopyFault(fault);
    if (await switchPlace(context, file, copy)) return { kind: 'moved' };
    context.reaper.abandon(copy);
    return { kind: 'deleted' };
  } catch (error) {
    context.reaper.abandon(copy);
    return await outcomeOf(error, context, file);
  }
}

/** A copy that is not what was uploaded. */
class CopyFault extends Error {
  override readonly name = 'CopyFault';
}

/** As they lie: the codec stays with the row. */
async function copyBytes(context: MoveContext, file: StoredFile, copy: ObjectPlace): Promise<void> {
  const { backends, signal, onBytes } = context;
  const source = await backends.get(file.backend).get(file.bucket, file.objectKey);
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      onBytes?.(chunk.length);
      yield chunk;
    }
  }
  try {
    const options = signal === undefined ? {} : { signal };
    const { size } = await backends.get(copy.backend).put(copy.bucket, copy.objectKey, counted(), options);
    if (size !== file.storedSize) {
      throw new CopyFault(`${size} bytes are stored instead of ${file.storedSize}`);
    }
  } finally {
    source.destroy();
  }
}

async function switchPlace(context: MoveContext, file: StoredFile, copy: ObjectPlace): Promise<boolean> {
  const { config, places, oldCopies, clock, drain } = context;
  // Whoever has opened a file of a filesystem reads it to its end, deleted or not.
  const isS3 = config.storage.backends[file.backend]?.type === 's3';
  const deleteAt = clock() + (isS3 ? drain : 0);
  if (!(await places.move(file, copy, MIGRATE_ROLE, deleteAt))) return false;
  await oldCopies.retire(file, deleteAt);
  return true;
}

async function outcomeOf(error: unknown, context: MoveContext, file: StoredFile): Promise<MoveOutcome> {
  if (error instanceof AppError || context.signal?.aborted === true) throw error;
  if ((await context.files.find(file.id)) === null) return { kind: 'deleted' };
  if (error instanceof ObjectNotFoundError) return { kind: 'failed', reason: 'its bytes are missing' };
  if (error instanceof CopyFault) return { kind: 'failed', reason: error.message };
  throw error;
}
