import type { JsonObject } from './json.ts';

/** A file's bytes. A stream is sent in one request, as what was sent cannot be read again. */
export type UploadSource = Blob | Uint8Array<ArrayBuffer> | ArrayBuffer | ByteStream;

/** A ReadableStream of bytes, by what the DOM's type and that of `node:stream/web`, which do not fit each other, share. */
export interface ByteStream {
  readonly locked: boolean;
  cancel(reason?: unknown): Promise<void>;
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    releaseLock(): void;
  };
}

export interface UploadProgress {
  readonly loaded: number;
  /** Null for a stream. */
  readonly total: number | null;
  /** From 0 to 100; null for a stream. */
  readonly percent: number | null;
}

export interface UploadOptions {
  /** What the file is called; needed unless the source is a `File`, which has a name. */
  readonly name?: string | undefined;
  /** Where it is shown, unique in the bucket; the name without it. */
  readonly path?: string | undefined;
  /** At most 3 KiB of JSON; for more, `update` the file afterwards. */
  readonly metadata?: JsonObject | undefined;
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined;
  /** Gives the upload up, as `abort` does. */
  readonly signal?: AbortSignal | undefined;
  /**
   * True: in chunks, so that a broken connection or a closed page costs no more than the chunk that was on its way.
   * False: in one request. Without it, large files go in chunks.
   */
  readonly resumable?: boolean | undefined;
}
