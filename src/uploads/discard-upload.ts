import { AppError, type ErrorCode } from '../lib/errors.ts';
import type { Upload } from './upload.ts';
import type { UploadsContext } from './uploads-context.ts';

/** Gives an upload up: its row and reservation, then its bytes; those that stay are strays, which the cleanup takes. */
export async function discardUpload(context: UploadsContext, upload: Upload): Promise<void> {
  await context.uploads.delete(upload.id);
  context.hashes.drop(upload.id);
  await context.staging.remove(upload.id).catch(() => undefined);
}

/** What refuses the upload for what it is, and would refuse it again however often it is tried. */
const FINAL: ReadonlySet<ErrorCode> = new Set([
  'TYPE_NOT_ALLOWED',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'CHECKSUM_MISMATCH',
  'FILE_EXISTS',
  'QUOTA_EXCEEDED',
  'BUCKET_NOT_FOUND',
]);

/** Does the work; when it refuses the upload for good, nothing of the upload stays. */
export async function discardIfRefused<T>(
  context: UploadsContext,
  upload: Upload,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError && FINAL.has(error.code)) await discardUpload(context, upload);
    throw error;
  }
}
