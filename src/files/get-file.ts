import type { Caller } from '../auth/caller.ts';
import { isUuid } from '../lib/ids.ts';
import type { Bucket } from '../schema/schema.ts';
import { requireAccess } from './access.ts';
import { requireBucket, type FilesContext } from './files-context.ts';
import { fileNotFound } from './refusals.ts';
import type { StoredFile } from './stored-file.ts';
import type { ToldFile } from './told-file.ts';

/** The file, if the caller may `read` it. */
export async function getFile(
  context: FilesContext,
  caller: Caller,
  bucketName: string,
  id: string,
): Promise<ToldFile> {
  const bucket = requireBucket(context, bucketName);
  const told = await findTold(context, bucket, id);
  requireAccess(context, caller, bucket, 'read', told.file);
  return told;
}

/** The file's row, whoever asks; throws FILE_NOT_FOUND also for a file of another bucket. */
export async function findFile(context: FilesContext, bucket: Bucket, id: string): Promise<StoredFile> {
  return (await findTold(context, bucket, id)).file;
}

async function findTold({ files }: FilesContext, bucket: Bucket, id: string): Promise<ToldFile> {
  const told = isUuid(id) ? await files.findTold(id) : null;
  if (told === null || told.file.bucket !== bucket.name) throw fileNotFound(id);
  return told;
}
