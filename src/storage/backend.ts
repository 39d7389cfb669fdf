import type { Readable } from 'node:stream';

/** Inclusive byte offsets, as in RFC 9110 `Range`. `end` is always inside the object: callers clamp it. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface PutOptions {
  /** The exact length of the body when it is known. A body of another length is refused and nothing is kept. */
  readonly size?: number;
  /** Aborting rejects the put and leaves nothing behind. */
  readonly signal?: AbortSignal;
}

export interface StoredObject {
  readonly key: string;
  /** Bytes as they lie in the backend. */
  readonly size: number;
  readonly modifiedAt: number;
}

/**
 * Where bytes live. This comment is what an implementer owes; `test/storage/conformance.ts` holds every backend
 * to it. Adapters are dumb: no rule, limit, type or retry decision belongs in one.
 *
 * - `bucket` and `key` were checked by `assertSafeKey`; every method calls it again and rejects with
 *   UnsafeKeyError before touching anything. Keys are never repaired.
 * - Trouble with the backend itself (unreachable, wrong credentials, missing S3 bucket, read-only or failing disk)
 *   rejects with BackendError BACKEND_UNAVAILABLE whose message tells the operator in plain words what is wrong and
 *   never holds a secret; no space left rejects with STORAGE_FULL.
 * - An error thrown by the body of a `put` rejects the put with that same error.
 */
export interface Backend {
  /**
   * Stores the whole body or nothing; until it resolves no reader sees a part. An existing object is replaced
   * atomically. When durable, the bytes survive power loss once this resolves. Resolves to the stored size.
   * The chunks are the backend's from then on: it may give their memory back (see `giveBack`), which empties them.
   */
  put(
    bucket: string,
    key: string,
    body: AsyncIterable<Uint8Array>,
    options?: PutOptions,
  ): Promise<{ readonly size: number }>;

  /**
   * Stores a finished local file as an object without copying its bytes, leaving the file where it is (a hard
   * link), under the same promises as `put`. Resolves to false, with nothing stored, when this backend cannot do
   * that for this file; the caller then uses `put`. `path` is already durable when the backend is.
   */
  link(bucket: string, key: string, path: string): Promise<boolean>;

  /**
   * Rejects with ObjectNotFoundError before resolving when the object is missing. Destroying the stream frees
   * everything behind it at once. A backend that has read all of it already resolves to a WholeContent.
   */
  get(bucket: string, key: string, range?: ByteRange): Promise<Readable>;

  /**
   * Idempotent: a missing object is not an error. When durable, no power loss brings the object back once this
   * resolves: whoever noted that it is to go may forget it.
   */
  delete(bucket: string, key: string): Promise<void>;

  exists(bucket: string, key: string): Promise<boolean>;

  /** Null when the object is missing. */
  stat(bucket: string, key: string): Promise<StoredObject | null>;

  /** Every finished object of a bucket, in no promised order, streamed; a bucket never written to is empty. */
  list(bucket: string): AsyncIterable<StoredObject>;

  /** Counts what died halfway (temporary files, unfinished multipart uploads) and was last touched before `before` (epoch ms). */
  countAbandoned(before: number): Promise<number>;

  /** Removes what `countAbandoned` counts; resolves to how many. */
  removeAbandoned(before: number): Promise<number>;

  /** Resolves when the backend can serve; else rejects like any other method. Writes nothing. */
  ping(): Promise<void>;

  close(): Promise<void>;
}

export class ObjectNotFoundError extends Error {
  override readonly name = 'ObjectNotFoundError';

  constructor(bucket: string, key: string) {
    super(`no object ${bucket}/${key}`);
  }
}
