import type { Caller } from '../auth/caller.ts';
import { findUpload, requireUnexpired, type UploadOrFile } from './find-upload.ts';
import { isComplete } from './upload.ts';
import { uploadOnDisk } from './upload-on-disk.ts';
import type { UploadsContext } from './uploads-context.ts';

/**
 * How far an upload is. An offset equal to the length always means that the file exists: an upload whose bytes are
 * all in, but whose finish failed, asks for its last byte again, and the request that brings it tries the finish.
 * (An error in place of the offset would make clients start the whole upload again.)
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
  const upload = await uploadOnDisk(context, found.upload);
  return { upload: isComplete(upload) ? { ...upload, offset: upload.length - 1 } : upload, file: null };
}
