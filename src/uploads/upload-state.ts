import { isComplete, type Upload } from './upload.ts';
import type { UploadsContext } from './uploads-context.ts';

export const UPLOAD_STATES = ['active', 'stalled', 'finishing', 'expired'] as const;

/**
 * `active`: bytes came lately. `stalled`: none for a while; its client may yet come back. `finishing`: the bytes are
 * all in, the file is being made. `expired`: given up, gone with the next cleanup.
 */
export type UploadState = (typeof UPLOAD_STATES)[number];

/** Longer than any client waits between two tries. */
const QUIET_MS = 5 * 60_000;

export function uploadState({ files, locks }: UploadsContext, upload: Upload): UploadState {
  const now = files.clock();
  if (isComplete(upload)) return 'finishing';
  if (locks.isHeld(upload.id)) return 'active';
  if (upload.expiresAt <= now) return 'expired';
  return now - lastByteAt({ files }, upload) <= QUIET_MS ? 'active' : 'stalled';
}

/** When the upload's last byte came, or when it was created. */
export function lastByteAt({ files }: Pick<UploadsContext, 'files'>, upload: Upload): number {
  return Math.max(upload.createdAt, upload.expiresAt - files.storage.tus.expiry);
}
