import type { Bucket } from '../api/schema.ts';

/**
 * `refused`: against the limits, and not sent. `stalled`: the connection is gone, and it tries again by itself.
 * `failed`: somebody must decide.
 */
export type UploadState = 'refused' | 'waiting' | 'sending' | 'stalled' | 'paused' | 'failed' | 'done';

export interface UploadItem {
  readonly key: number;
  readonly bucket: Bucket;
  readonly file: File;
  readonly path: string;
  readonly state: UploadState;
  readonly sent: number;
  /** So much of it had arrived on an earlier visit to this page; null = it began here. */
  readonly resumedAt: number | null;
  /** What is wrong, in a sentence. */
  readonly problem: string | null;
  /** The code of the refusal, where the server refused it. */
  readonly code: string | null;
  readonly fileId: string | null;
}

/** Still on its way, or waiting for its turn. */
export function isUnfinished({ state }: UploadItem): boolean {
  return state === 'waiting' || state === 'sending' || state === 'stalled' || state === 'paused';
}

/** Stands until somebody decides. */
export function needsSomebody({ state }: UploadItem): boolean {
  return state === 'failed' || state === 'refused';
}
