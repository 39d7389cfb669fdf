import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  ObjectNotFoundError,
  type Backend,
  type ByteRange,
  type PutOptions,
  type StoredObject,
} from '../../src/storage/backend.ts';
import { assertSafeKey } from '../../src/storage/object-key.ts';
import { interruptible } from '../../src/storage/interruptible.ts';

interface MemoryObject {
  readonly bytes: Buffer;
  readonly modifiedAt: number;
}

/** The smallest backend there can be: the double for tests of what stands on top of one. */
export class MemoryBackend implements Backend {
  readonly #buckets = new Map<string, Map<string, MemoryObject>>();

  async put(
    bucket: string,
    key: string,
    body: AsyncIterable<Uint8Array>,
    { size, signal }: PutOptions = {},
  ): Promise<{ readonly size: number }> {
    assertSafeKey(bucket, key);
    const bytes = await gather(signal === undefined ? body : interruptible(body, signal), size);
    signal?.throwIfAborted();
    this.#store(bucket, key, bytes);
    return { size: bytes.length };
  }

  async link(bucket: string, key: string, path: string): Promise<boolean> {
    assertSafeKey(bucket, key);
    this.#store(bucket, key, await readFile(path));
    return true;
  }

  async get(bucket: string, key: string, range?: ByteRange): Promise<Readable> {
    assertSafeKey(bucket, key);
    const object = this.#find(bucket, key);
    if (object === undefined) throw new ObjectNotFoundError(bucket, key);
    const bytes = range === undefined ? object.bytes : object.bytes.subarray(range.start, range.end + 1);
    return Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false });
  }

  async delete(bucket: string, key: string): Promise<void> {
    assertSafeKey(bucket, key);
    this.#buckets.get(bucket)?.delete(key);
  }

  async exists(bucket: string, key: string): Promise<boolean> {
    return (await this.stat(bucket, key)) !== null;
  }

  async stat(bucket: string, key: string): Promise<StoredObject | null> {
    assertSafeKey(bucket, key);
    const object = this.#find(bucket, key);
    return object === undefined ? null : describeObject(key, object);
  }

  async *list(bucket: string): AsyncGenerator<StoredObject> {
    assertSafeKey(bucket, 'any');
    for (const [key, object] of this.#buckets.get(bucket) ?? []) yield describeObject(key, object);
  }

  async countAbandoned(): Promise<number> {
    return 0;
  }

  async removeAbandoned(): Promise<number> {
    return 0;
  }

  async ping(): Promise<void> {}

  async close(): Promise<void> {}

  #find(bucket: string, key: string): MemoryObject | undefined {
    return this.#buckets.get(bucket)?.get(key);
  }

  #store(bucket: string, key: string, bytes: Buffer): void {
    const objects = this.#buckets.get(bucket) ?? new Map<string, MemoryObject>();
    this.#buckets.set(bucket, objects.set(key, { bytes, modifiedAt: Date.now() }));
  }
}

function describeObject(key: string, { bytes, modifiedAt }: MemoryObject): StoredObject {
  return { key, size: bytes.length, modifiedAt };
}

async function gather(body: AsyncIterable<Uint8Array>, announced?: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (announced !== undefined && size > announced) break;
    chunks.push(chunk);
  }
  if (announced !== undefined && size !== announced) throw new Error(`${announced} bytes were announced`);
  return Buffer.concat(chunks);
}
