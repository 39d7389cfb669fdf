import type { Upload } from './upload.ts';
import type { UploadsContext } from './uploads-context.ts';

/** The upload as far as its bytes are really there: without `durable`, a power loss may have taken some. */
export async function uploadOnDisk(context: UploadsContext, upload: Upload): Promise<Upload> {
  if (upload.offset === 0) return upload;
  const size = await context.staging.size(upload.id);
  if (size >= upload.offset) return upload;
  // The bytes that told its type may be among those that are gone.
  return { ...upload, offset: size, mimeType: null };
}
