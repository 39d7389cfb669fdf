import type { Api } from './api.ts';
import type { FileObject } from './file-types.ts';
import { PlainUpload } from './plain-upload.ts';
import { ResumableUpload, type ResumableSettings } from './resumable-upload.ts';
import type { BucketLimits } from './schema-types.ts';
import type { Fetch } from './transport.ts';
import type { UploadEngine, UploadEvents } from './upload-engine.ts';
import { checkLimits } from './upload-limits.ts';
import type { UploadOptions, UploadProgress, UploadSource } from './upload-options.ts';
import { toUpload } from './upload-source.ts';
import { UploadTask } from './upload-task.ts';

export interface UploadSettings extends ResumableSettings {
  /** Files of this many bytes and more go in chunks by themselves. */
  readonly resumableFrom: number;
  readonly fetch: Fetch;
}

export interface UploadContext {
  readonly api: Api;
  readonly settings: UploadSettings;
  readonly buckets: Readonly<Record<string, BucketLimits>>;
}

export function uploadFile<B extends string>(
  context: UploadContext,
  bucket: B,
  source: UploadSource,
  options: UploadOptions,
): UploadTask<B> {
  return new UploadTask<B>((events) => openEngine(context, bucket, source, options, events), options.signal);
}

function openEngine(
  { api, settings, buckets }: UploadContext,
  bucket: string,
  source: UploadSource,
  options: UploadOptions,
  outcome: Omit<UploadEvents, 'onProgress'>,
): UploadEngine {
  const upload = toUpload(bucket, source, options);
  checkLimits(upload, buckets[bucket]);
  const { content } = upload;
  const total = content instanceof Blob ? content.size : null;
  const { onProgress } = options;
  let isTold = false;
  const events = {
    onProgress: (loaded: number) => {
      isTold = true;
      onProgress?.(toProgress(loaded, total));
    },
    onDone: (file: FileObject) => {
      if (!isTold) onProgress?.(toProgress(file.size, total)); // of an empty file there is nothing to tell on the way
      outcome.onDone(file);
    },
    onError: outcome.onError,
  };
  const inChunks = options.resumable ?? (total !== null && total >= settings.resumableFrom);
  if (inChunks && content instanceof Blob) return new ResumableUpload(api, upload, content, events, settings);
  return new PlainUpload(api, upload, events, onProgress && settings.fetch);
}

function toProgress(loaded: number, total: number | null): UploadProgress {
  if (total === null) return { loaded, total, percent: null };
  const sent = Math.min(loaded, total); // the request's own overhead is none of the caller's
  return { loaded: sent, total, percent: total === 0 ? 100 : (sent / total) * 100 };
}
