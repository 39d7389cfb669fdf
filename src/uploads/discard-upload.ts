import type { Upload } from './upload.ts';
import type { UploadsContext } from './uploads-context.ts';

/** Gives an upload up: its row and reservation, then its bytes. */
export async function discardUpload(context: UploadsContext, upload: Upload): Promise<void> {
  await context.uploads.delete(upload.id);
  context.hashes.drop(upload.id);
  await context.staging.remove(upload.id);
}
