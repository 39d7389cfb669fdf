import type { Caller } from '../auth/caller.ts';
import { isUuid } from '../lib/ids.ts';
import type { Bucket } from '../schema/schema.ts';
import { requireAccess } from './access.ts';
import { requireBucket, type FilesContext } from './files-context.ts';
import { fileNotFound } from './refusals.ts';
import type { StoredFile } from './stored-file.ts';

/** The file's row, if the caller may `read` it. */
export async function getFile(
  context: FilesContext,
  caller: Caller,
  bucketName: string,
  id: string,
): Promise<StoredFile> {
  const bucket = requireBucket(context, bucketName);
  const file = await findFile(context, bucket, id);
  requireAccess(context, caller, bucket, 'read', file);
  return file;
}

/** The file's row, whoever asks; throws FILE_NOT_FOUND also for a file of another bucket. */
export async function findFile(context: FilesContext, bucket: Bucket, id: string): Promise<StoredFile> {
  const file = isUuid(id) ? await context.files.find(id) : null;
  if (file === null || file.bucket !== bucket.name) throw fileNotFound(id);
  return file;
}
