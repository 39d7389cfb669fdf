import { isAdmin } from '../auth/actor.ts';
import type { Caller } from '../auth/caller.ts';
import type { StoredFile } from '../files/stored-file.ts';
import { requireBucket } from '../files/files-context.ts';
import { isUuid } from '../lib/ids.ts';
import { AppError } from '../lib/errors.ts';
import type { Upload } from './upload.ts';
import type { UploadsContext } from './uploads-context.ts';

/** An upload under way, or the file it has become. */
export type UploadOrFile =
  { readonly upload: Upload; readonly file: null } | { readonly upload: null; readonly file: StoredFile };

/**
 * The upload of that id, for its creator or an admin; for anybody else, and in any other bucket, it does not exist.
 * An upload that nobody owns belongs to whoever knows its id.
 */
export async function findUpload(
  context: UploadsContext,
  caller: Caller,
  bucketName: string,
  id: string,
): Promise<UploadOrFile> {
  const bucket = requireBucket(context.files, bucketName);
  if (!isUuid(id)) throw uploadNotFound(id);
  const isTheirs = ({ bucket: home, ownerId }: { bucket: string; ownerId: string | null }) =>
    home === bucket.name && (ownerId === null || ownerId === caller.actor.id || isAdmin(caller.actor));

  const upload = await context.uploads.find(id);
  if (upload !== null && isTheirs(upload)) return { upload, file: null };
  const file = await context.files.files.find(id);
  if (file !== null && isTheirs(file)) return { upload: null, file };
  throw uploadNotFound(id);
}

/** Throws UPLOAD_EXPIRED. */
export function requireUnexpired(context: UploadsContext, upload: Upload): void {
  if (upload.expiresAt > context.files.clock()) return;
  throw new AppError('UPLOAD_EXPIRED', 'This upload has expired; start it again.', {
    expired_at: new Date(upload.expiresAt).toISOString(),
  });
}

export function uploadNotFound(id: string): AppError {
  return new AppError('UPLOAD_NOT_FOUND', 'There is no such upload in this bucket; start it again.', { id });
}
