import type { Caller } from '../auth/caller.ts';
import { discardUpload } from './discard-upload.ts';
import { findUpload, uploadNotFound } from './find-upload.ts';
import type { UploadsContext } from './uploads-context.ts';

/** Gives an unfinished upload up at its creator's wish, breaking off the request that is writing to it. */
export async function terminateUpload(
  context: UploadsContext,
  caller: Caller,
  bucketName: string,
  id: string,
): Promise<void> {
  await findUpload(context, caller, bucketName, id);
  const hold = await context.locks.seize(id);
  try {
    const { upload } = await findUpload(context, caller, bucketName, id);
    // A finished upload is a file, and a file goes by the `delete` rule only.
    if (upload === null) throw uploadNotFound(id);
    await discardUpload(context, upload);
  } finally {
    hold.release();
  }
}
