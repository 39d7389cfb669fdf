import { discardUpload } from './discard-upload.ts';
import type { Upload } from './upload.ts';
import type { UploadsContext } from './uploads-context.ts';

const BATCH = 100;

/** Removes uploads whose time is up: rows, reservations, bytes. Resolves to how many. */
export async function expireUploads(context: UploadsContext): Promise<number> {
  let removed = 0;
  for (;;) {
    const expired = await context.uploads.listExpired(context.files.clock(), BATCH);
    const idle = expired.filter(({ id }) => !context.locks.isHeld(id));
    for (const upload of idle) await expire(context, upload);
    removed += idle.length;
    // Those still held are being written to right now, which gives them new time.
    if (expired.length < BATCH || idle.length === 0) return removed;
  }
}

async function expire(context: UploadsContext, upload: Upload): Promise<void> {
  const hold = await context.locks.take(upload.id, () => undefined);
  try {
    await discardUpload(context, upload);
  } finally {
    hold.release();
  }
}

/** Removes files of the staging folder that no upload knows: a crash came between a row's end and its bytes'. */
export async function removeStrayBytes(context: UploadsContext): Promise<number> {
  let removed = 0;
  for await (const id of context.staging.ids()) {
    if (context.locks.isHeld(id) || (await context.uploads.find(id)) !== null) continue;
    await context.staging.remove(id);
    removed += 1;
  }
  return removed;
}
