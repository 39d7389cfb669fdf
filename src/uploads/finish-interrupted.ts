import { discardIfRefused } from './discard-upload.ts';
import { finishUpload } from './finish-upload.ts';
import { isComplete } from './upload.ts';
import { uploadOnDisk } from './upload-on-disk.ts';
import type { UploadsContext } from './uploads-context.ts';

/**
 * Makes files of complete uploads whose finish failed or was cut off by a crash, until `signal` is aborted; resolves to
 * how many. Trouble with one keeps it from none of the others: the first is told when all were tried.
 */
export async function finishInterrupted(context: UploadsContext, signal?: AbortSignal): Promise<number> {
  const troubles: unknown[] = [];
  let finished = 0;
  for (const { id } of await context.uploads.listComplete()) {
    if (signal?.aborted === true) break;
    try {
      if (await finish(context, id)) finished += 1;
    } catch (error) {
      troubles.push(error);
    }
  }
  if (troubles.length > 0) {
    throw new Error(`complete uploads that could not be made files: ${troubles.length}`, {
      cause: troubles[0],
    });
  }
  return finished;
}

/** False when somebody else is at it, or was faster. */
async function finish(context: UploadsContext, id: string): Promise<boolean> {
  if (context.locks.isHeld(id)) return false;
  const hold = await context.locks.take(id, () => undefined);
  hold.pin();
  try {
    const saved = await context.uploads.find(id);
    const upload = saved === null ? null : await uploadOnDisk(context, saved);
    if (upload === null || !isComplete(upload)) return false;
    await discardIfRefused(context, upload, () => finishUpload(context, upload));
    return true;
  } finally {
    hold.release();
  }
}
