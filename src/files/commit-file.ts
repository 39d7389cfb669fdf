import type { Bucket } from '../schema/schema.ts';
import type { FilesContext } from './files-context.ts';
import type { ObjectPlace } from './pending-objects-repository.ts';
import type { StoredFile } from './stored-file.ts';

/** Who and what a new file is, before its bytes are in place. */
export interface NewFileIdentity extends Pick<StoredFile, 'id' | 'name' | 'path' | 'metadata' | 'ownerId'> {
  readonly bucket: Bucket;
  /** The finished upload that becomes this file; null for a file that came in one request. */
  readonly uploadId: string | null;
}

export type StoredContent = Pick<StoredFile, 'mimeType' | 'codec' | 'checksum' | 'size' | 'storedSize'>;

/**
 * First bytes, then row: has `store` put the bytes at a place noted beforehand, and makes them a file. Whatever
 * throws, nothing stays behind.
 */
export function commitFile(
  context: FilesContext,
  identity: NewFileIdentity,
  store: (place: ObjectPlace) => Promise<StoredContent>,
): Promise<StoredFile> {
  return context.reaper.track(commit(context, identity, store));
}

async function commit(
  context: FilesContext,
  { bucket, uploadId, ...identity }: NewFileIdentity,
  store: (place: ObjectPlace) => Promise<StoredContent>,
): Promise<StoredFile> {
  const place = await context.objectKeys.take(bucket.backend, bucket.name);
  try {
    const content = await store(place);
    const now = context.clock();
    const file = {
      ...identity,
      ...content,
      ...place,
      version: 1,
      bytesMissing: false,
      createdAt: now,
      updatedAt: now,
    };
    await context.files.create({ file, quota: bucket.maxTotalSize, uploadId });
    return file;
  } catch (error) {
    context.reaper.abandon(place);
    throw error;
  }
}
