import { createHash } from 'node:crypto';
import { requireChecksum } from '../files/refusals.ts';
import type { CompleteUpload, Upload } from './upload.ts';
import type { UploadsContext } from './uploads-context.ts';

/**
 * Verifies an upload whose bytes are all in and notes that it is complete: whatever keeps it from becoming a file
 * now, a later request, the cleanup or the next start carries on. `checksum` null = hash the bytes again.
 */
export async function completeUpload(
  context: UploadsContext,
  upload: Upload & { readonly mimeType: string },
  checksum: string | null,
): Promise<CompleteUpload> {
  const actual = checksum ?? (await hashStaged(context, upload));
  requireChecksum(upload.checksum, actual);
  const complete = { ...upload, checksum: actual };
  await context.uploads.saveComplete(complete);
  return complete;
}

async function hashStaged(context: UploadsContext, { id, length }: Upload): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of context.staging.read(id, length)) hash.update(chunk);
  return hash.digest('hex');
}
