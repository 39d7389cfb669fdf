import type { Caller } from '../auth/caller.ts';
import { admitUpload, type Admission } from '../files/admission.ts';
import type { FilesContext } from '../files/files-context.ts';
import { storeFile } from '../files/store-file.ts';
import type { StoredFile } from '../files/stored-file.ts';
import { beyondLength, type Chunk } from './chunk.ts';
import type { UploadOrFile } from './find-upload.ts';
import type { UploadsContext } from './uploads-context.ts';

export interface NewUpload {
  readonly length: number;
  /** Default: the upload's id. */
  readonly name: string | undefined;
  readonly path: string | undefined;
  readonly metadata: unknown;
  readonly checksum: string | null;
  readonly claims: string;
}

/**
 * Starts a resumable upload, or refuses it as any other upload would be; an empty one is a file at once. `first` is what
 * comes with the request that starts it, null = nothing; it is read here only where nothing may come.
 */
export async function createUpload(
  context: UploadsContext,
  caller: Caller,
  bucketName: string,
  wanted: NewUpload,
  first: Chunk | null,
): Promise<UploadOrFile> {
  const { files } = context;
  const id = files.newId();
  const { length, path, metadata, checksum, claims } = wanted;
  const admission = await admitUpload(files, caller, bucketName, {
    name: wanted.name ?? id,
    path,
    metadata,
    size: length,
    minSize: length,
    checksum,
  });
  if (length === 0) return { upload: null, file: await storeEmpty(files, admission, id, first) };

  const now = files.clock();
  const upload = {
    id,
    bucket: admission.bucket.name,
    name: admission.name,
    path: admission.path,
    metadata: admission.metadata,
    ownerId: caller.actor.id,
    checksum,
    mimeType: null,
    claims,
    length,
    offset: 0,
    createdAt: now,
    expiresAt: now + files.storage.tus.expiry,
  };
  await context.uploads.create(upload, admission.bucket.maxTotalSize);
  return { upload, file: null };
}

async function storeEmpty(
  files: FilesContext,
  admission: Admission,
  id: string,
  first: Chunk | null,
): Promise<StoredFile> {
  if ((first?.length ?? 0) > 0) throw beyondLength(0);
  const empty = { ...admission, limit: 0, overLimit: () => beyondLength(0) };
  return storeFile(files, empty, first?.open() ?? noBytes(), id);
}

async function* noBytes(): AsyncGenerator<Buffer, void, undefined> {
  // Nothing came with the request.
}
