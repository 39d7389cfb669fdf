import type { Readable } from 'node:stream';
import { giveBackRoom } from '../../lib/give-back.ts';
import {
  ObjectNotFoundError,
  type Backend,
  type ByteRange,
  type PutOptions,
  type StoredObject,
} from '../backend.ts';
import { assertSafeKey } from '../object-key.ts';
import type { BlockFormat } from './block-format.ts';
import type { BlockIndex } from './block-index.ts';
import { clip } from './clip.ts';
import { encodeObject } from './encode-object.ts';
import { GZIP_FORMAT } from './gzip-format.ts';
import { IndexCache } from './index-cache.ts';
import { readBlocks } from './read-blocks.ts';
import { storedReader } from './stored-reader.ts';
import { streamOver } from './stream-over.ts';
import { ZSTD_FORMAT } from './zstd-format.ts';

const FORMATS = { gzip: GZIP_FORMAT, zstd: ZSTD_FORMAT } satisfies Record<string, BlockFormat>;

/**
 * A backend seen through a coding: bodies and ranges are decoded bytes, sizes are the stored ones. It opens
 * nothing of its own: whoever opened the plain backend closes it, and closing this view closes nothing.
 */
export class CompressedBackend implements Backend {
  readonly #plain: Backend;
  readonly #format: BlockFormat;
  readonly #indexes = new IndexCache();

  constructor(plain: Backend, coding: 'gzip' | 'zstd') {
    this.#plain = plain;
    this.#format = FORMATS[coding];
  }

  async put(bucket: string, key: string, body: AsyncIterable<Uint8Array>, options: PutOptions = {}) {
    const { size, signal } = options;
    try {
      return await this.#plain.put(
        bucket,
        key,
        encodeObject(this.#format, body, size),
        signal === undefined ? {} : { signal },
      );
    } finally {
      this.#indexes.drop(cacheName(bucket, key));
    }
  }

  /** A file's own bytes are never what this view stores. */
  async link(bucket: string, key: string): Promise<boolean> {
    assertSafeKey(bucket, key);
    return false;
  }

  async get(bucket: string, key: string, range?: ByteRange): Promise<Readable> {
    const index = range === undefined ? null : await this.#index(bucket, key);
    if (range === undefined || index === null) return this.#decodeFromStart(bucket, key, range);

    const first = index.blockAt(range.start);
    const last = index.blockAt(range.end);
    const stored = await this.#plain.get(bucket, key, index.storedRange(first, last));
    const decoded = readBlocks(this.#format, index, stored, first, last);
    const skip = range.start - index.decodedStart(first);
    return streamOver(clip(decoded, skip, lengthOf(range), giveBackRoom), stored);
  }

  async delete(bucket: string, key: string): Promise<void> {
    this.#indexes.drop(cacheName(bucket, key));
    await this.#plain.delete(bucket, key);
  }

  exists(bucket: string, key: string): Promise<boolean> {
    return this.#plain.exists(bucket, key);
  }

  stat(bucket: string, key: string): Promise<StoredObject | null> {
    return this.#plain.stat(bucket, key);
  }

  list(bucket: string): AsyncIterable<StoredObject> {
    return this.#plain.list(bucket);
  }

  countAbandoned(before: number): Promise<number> {
    return this.#plain.countAbandoned(before);
  }

  removeAbandoned(before: number): Promise<number> {
    return this.#plain.removeAbandoned(before);
  }

  ping(): Promise<void> {
    return this.#plain.ping();
  }

  async close(): Promise<void> {}

  async #decodeFromStart(bucket: string, key: string, range?: ByteRange): Promise<Readable> {
    const stored = await this.#plain.get(bucket, key);
    const decoded = this.#format.decode(stored);
    return streamOver(
      range === undefined ? clip(decoded) : clip(decoded, range.start, lengthOf(range)),
      stored,
    );
  }

  #index(bucket: string, key: string): Promise<BlockIndex | null> {
    return this.#indexes.get(cacheName(bucket, key), async () => {
      const object = await this.#plain.stat(bucket, key);
      if (object === null) throw new ObjectNotFoundError(bucket, key);
      const read = storedReader(this.#plain, bucket, key, object.size);
      return this.#format.readIndex(object.size, read);
    });
  }
}

function lengthOf({ start, end }: ByteRange): number {
  return end - start + 1;
}

function cacheName(bucket: string, key: string): string {
  return `${bucket}/${key}`;
}
