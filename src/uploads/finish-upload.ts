import { requireBucket } from '../files/files-context.ts';
import { storeStaged } from '../files/store-staged.ts';
import type { StoredFile } from '../files/stored-file.ts';
import type { CompleteUpload } from './upload.ts';
import type { UploadsContext } from './uploads-context.ts';

/**
 * Makes a complete upload a file of the same id; row and reservation of the upload go in the same transaction. Call
 * it under the upload's lock. What throws leaves the upload as it was.
 */
export async function finishUpload(context: UploadsContext, upload: CompleteUpload): Promise<StoredFile> {
  const { id, name, path, metadata, ownerId, length, mimeType, checksum } = upload;
  const bucket = requireBucket(context.files, upload.bucket);
  const identity = { id, bucket, name, path, metadata, ownerId, uploadId: id };
  const { staging } = context;
  const read = () => staging.read(id, length);
  const content = { filePath: staging.pathOf(id), read, size: length, checksum, mimeType };
  const file = await storeStaged(context.files, identity, content);
  // The file is there whatever happens now; staged bytes that stay are strays, which the cleanup takes.
  await staging.remove(id).catch(() => undefined);
  return file;
}
