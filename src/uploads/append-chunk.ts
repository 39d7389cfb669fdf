import type { Caller } from '../auth/caller.ts';
import { AppError, type ErrorCode } from '../lib/errors.ts';
import { beyondLength, type Chunk } from './chunk.ts';
import { discardUpload } from './discard-upload.ts';
import { findUpload, requireUnexpired, type UploadOrFile } from './find-upload.ts';
import { finishUpload } from './finish-upload.ts';
import { receiveChunk, type Received } from './receive-chunk.ts';
import { safeOffset } from './safe-offset.ts';
import type { Hold } from './upload-locks.ts';
import type { Upload } from './upload.ts';
import type { UploadsContext } from './uploads-context.ts';

/** Adds bytes to an upload; with the last one it becomes a file. Resolves to what it is now. */
export async function appendChunk(
  context: UploadsContext,
  caller: Caller,
  bucketName: string,
  id: string,
  chunk: Chunk,
): Promise<UploadOrFile> {
  await findUpload(context, caller, bucketName, id);
  const hold = await context.locks.take(id, chunk.cancel);
  try {
    // Again, now that nobody else can change it.
    const found = await findUpload(context, caller, bucketName, id);
    if (found.file !== null) {
      requireOffset(chunk, found.file.size, found.file.size);
      return found;
    }
    requireUnexpired(context, found.upload);
    const upload = { ...found.upload, offset: await safeOffset(context, found.upload) };
    requireOffset(chunk, upload.offset, upload.length);
    return await append(context, caller, upload, chunk, hold);
  } finally {
    hold.release();
  }
}

async function append(
  context: UploadsContext,
  caller: Caller,
  upload: Upload,
  chunk: Chunk,
  hold: Hold,
): Promise<UploadOrFile> {
  const received = await receive(context, caller, upload, chunk, hold);
  const { progress, checksum } = received;
  if (progress.offset < upload.length || progress.mimeType === null) {
    await context.uploads.saveProgress(upload.id, progress);
    return { upload: { ...upload, ...progress }, file: null };
  }
  hold.pin();
  try {
    const complete = { ...upload, ...progress, mimeType: progress.mimeType };
    return { upload: null, file: await finishUpload(context, complete, checksum) };
  } catch (error) {
    // Does nothing where the upload was given up; else the finish can be tried again without the bytes.
    await context.uploads.saveProgress(upload.id, progress);
    throw error;
  }
}

const REFUSED: ReadonlySet<ErrorCode> = new Set(['TYPE_NOT_ALLOWED', 'FORBIDDEN', 'UNAUTHORIZED']);

async function receive(
  context: UploadsContext,
  caller: Caller,
  upload: Upload,
  chunk: Chunk,
  hold: Hold,
): Promise<Received> {
  try {
    return await receiveChunk(context, caller, upload, chunk, hold);
  } catch (error) {
    // Bytes that are refused for what they are will be refused again: nothing of the upload stays.
    if (error instanceof AppError && REFUSED.has(error.code)) await discardUpload(context, upload);
    throw error;
  }
}

function requireOffset(chunk: Chunk, offset: number, length: number): void {
  if (chunk.offset !== offset) {
    throw new AppError('OFFSET_MISMATCH', `The upload goes on at byte ${offset}, not ${chunk.offset}.`, {
      offset,
    });
  }
  if (chunk.length !== null && offset + chunk.length > length) throw beyondLength(length);
}
