import { createHash } from 'node:crypto';
import type { ErrorCode } from '../lib/errors.ts';
import { AppError } from '../lib/errors.ts';
import { requireBucket } from '../files/files-context.ts';
import { requireChecksum } from '../files/refusals.ts';
import { storeStaged } from '../files/store-staged.ts';
import type { StoredFile } from '../files/stored-file.ts';
import { discardUpload } from './discard-upload.ts';
import { stagingError } from './staging-error.ts';
import type { Upload } from './upload.ts';
import type { UploadsContext } from './uploads-context.ts';

/** Trouble that passes: the upload stays, and its finish can be tried again. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['BACKEND_UNAVAILABLE', 'STORAGE_FULL', 'INTERNAL_ERROR']);

/** An upload whose bytes are all in the staging folder, of a type that its bucket takes. */
export interface CompleteUpload extends Upload {
  readonly mimeType: string;
}

/**
 * Makes a complete upload a file of the same id; row and reservation of the upload go in the same transaction. Call
 * it under the upload's lock. `checksum` null = hash the bytes again. When the file can never be, the upload goes.
 */
export async function finishUpload(
  context: UploadsContext,
  upload: CompleteUpload,
  checksum: string | null,
): Promise<StoredFile> {
  try {
    const { id, name, path, metadata, ownerId, length, mimeType } = upload;
    const bucket = requireBucket(context.files, upload.bucket);
    const actual = checksum ?? (await hashStaged(context, upload));
    requireChecksum(upload.checksum, actual);
    const identity = { id, bucket, name, path, metadata, ownerId, uploadId: id };
    const filePath = context.staging.pathOf(id);
    const file = await storeStaged(context.files, identity, {
      filePath,
      size: length,
      checksum: actual,
      mimeType,
    });
    await context.staging.remove(id);
    return file;
  } catch (error) {
    if (error instanceof AppError && !PASSING.has(error.code)) await discardUpload(context, upload);
    throw error;
  }
}

async function hashStaged(context: UploadsContext, { id, length }: Upload): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of context.staging.read(id, length)) hash.update(chunk as Buffer);
  } catch (error) {
    throw stagingError(error);
  }
  return hash.digest('hex');
}
