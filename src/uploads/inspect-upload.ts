import type { Caller } from '../auth/caller.ts';
import { findUpload, requireUnexpired, type UploadOrFile } from './find-upload.ts';
import { finishUpload, type CompleteUpload } from './finish-upload.ts';
import { safeOffset } from './safe-offset.ts';
import type { UploadsContext } from './uploads-context.ts';

/**
 * How far an upload is. One whose bytes are all in but whose finish failed is finished now, so that an offset equal
 * to the length always means that the file exists.
 */
export async function inspectUpload(
  context: UploadsContext,
  caller: Caller,
  bucketName: string,
  id: string,
): Promise<UploadOrFile> {
  await findUpload(context, caller, bucketName, id);
  await context.locks.settle(id);
  const found = await findUpload(context, caller, bucketName, id);
  if (found.file !== null) return found;
  requireUnexpired(context, found.upload);
  const upload = { ...found.upload, offset: await safeOffset(context, found.upload) };
  const { mimeType } = upload;
  if (upload.offset < upload.length || mimeType === null) return { upload, file: null };
  return finishLate(context, caller, bucketName, { ...upload, mimeType });
}

async function finishLate(
  context: UploadsContext,
  caller: Caller,
  bucketName: string,
  upload: CompleteUpload,
): Promise<UploadOrFile> {
  const hold = await context.locks.take(upload.id, () => undefined);
  hold.pin();
  try {
    // Again, now that nobody else can change it.
    const { file } = await findUpload(context, caller, bucketName, upload.id);
    if (file !== null) return { upload: null, file };
    return { upload: null, file: await finishUpload(context, upload, null) };
  } finally {
    hold.release();
  }
}
