import type { Caller } from '../auth/caller.ts';
import { AppError } from '../lib/errors.ts';
import { beyondLength, type Chunk } from './chunk.ts';
import { completeUpload } from './complete-upload.ts';
import { discardIfRefused } from './discard-upload.ts';
import { findUpload, requireUnexpired, type UploadOrFile } from './find-upload.ts';
import { finishUpload } from './finish-upload.ts';
import { receiveChunk } from './receive-chunk.ts';
import type { Hold } from './upload-locks.ts';
import { uploadOnDisk } from './upload-on-disk.ts';
import { isComplete, type Upload } from './upload.ts';
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
    const upload = await uploadOnDisk(context, found.upload);
    return await discardIfRefused(context, upload, () => append(context, caller, upload, chunk, hold));
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
  if (isComplete(upload)) {
    // Its finish failed. The client brings the last byte again (see inspectUpload) or none; all are here already.
    requireOffset(chunk, Math.max(chunk.offset, upload.length - 1), upload.length);
    hold.pin();
    return { upload: null, file: await finishUpload(context, upload) };
  }
  requireOffset(chunk, upload.offset, upload.length);
  const { progress, checksum } = await receiveChunk(context, caller, upload, chunk, hold);
  const { offset, mimeType } = progress;
  if (offset < upload.length || mimeType === null) {
    await context.uploads.saveProgress(upload.id, progress);
    return { upload: { ...upload, ...progress }, file: null };
  }
  hold.pin();
  const complete = await completeUpload(context, { ...upload, ...progress, mimeType }, checksum);
  return { upload: null, file: await finishUpload(context, complete) };
}

function requireOffset(chunk: Chunk, offset: number, length: number): void {
  if (chunk.offset !== offset) {
    throw new AppError('OFFSET_MISMATCH', `The upload goes on at byte ${offset}, not ${chunk.offset}.`, {
      offset,
    });
  }
  if (chunk.length !== null && offset + chunk.length > length) throw beyondLength(length);
}
