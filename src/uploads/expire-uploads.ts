import { discardUpload } from './discard-upload.ts';
import type { UploadsContext } from './uploads-context.ts';

const BATCH = 100;

/** Removes uploads whose time is up, until `signal` is aborted: rows, reservations, bytes. Resolves to how many. */
export async function expireUploads(context: UploadsContext, signal?: AbortSignal): Promise<number> {
  let removed = 0;
  for (;;) {
    const expired = await context.uploads.listExpired(context.files.clock(), BATCH);
    let removedNow = 0;
    for (const { id } of expired) {
      if (signal?.aborted === true) return removed + removedNow;
      if (await expire(context, id)) removedNow += 1;
    }
    removed += removedNow;
    if (expired.length < BATCH || removedNow === 0) return removed;
  }
}

/** False for an upload that is being written to right now, or was since it was listed: that gives it new time. */
async function expire(context: UploadsContext, id: string): Promise<boolean> {
  if (context.locks.isHeld(id)) return false;
  const hold = await context.locks.take(id, () => undefined);
  try {
    const upload = await context.uploads.find(id);
    if (upload === null || upload.expiresAt > context.files.clock()) return false;
    await discardUpload(context, upload);
    return true;
  } finally {
    hold.release();
  }
}

/**
 * Removes files of the staging folder that no upload knows, until `signal` is aborted: a crash came between a row's end
 * and its bytes'. Resolves to how many.
 */
export async function removeStrayBytes(context: UploadsContext, signal?: AbortSignal): Promise<number> {
  let removed = 0;
  for await (const id of context.staging.ids()) {
    if (signal?.aborted === true) break;
    if (context.locks.isHeld(id) || (await context.uploads.find(id)) !== null) continue;
    await context.staging.remove(id);
    removed += 1;
  }
  return removed;
}
