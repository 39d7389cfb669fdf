import type { Backend } from '../backend.ts';
import type { ReadStored } from './block-format.ts';
import { DamagedObjectError } from './damaged-object-error.ts';

/** Fetched along with the end of an object: the whole index of up to 500 MiB (gzip) or 2 GiB (zstd). */
const TAIL_LENGTH = 16 * 1024;

/** Reads pieces of one stored object; those near its end cost one request to the backend together. */
export function storedReader(backend: Backend, bucket: string, key: string, storedSize: number): ReadStored {
  const tailStart = Math.max(storedSize - TAIL_LENGTH, 0);
  let tail: Promise<Buffer> | undefined;
  return async (start, length) => {
    if (start < tailStart) return readPiece(backend, bucket, key, start, length);
    tail ??= readPiece(backend, bucket, key, tailStart, storedSize - tailStart);
    return (await tail).subarray(start - tailStart, start - tailStart + length);
  };
}

async function readPiece(
  backend: Backend,
  bucket: string,
  key: string,
  start: number,
  length: number,
): Promise<Buffer> {
  const stream = await backend.get(bucket, key, { start, end: start + length - 1 });
  const bytes = Buffer.concat((await stream.toArray()) as Buffer[]);
  if (bytes.length !== length) throw new DamagedObjectError('the object is shorter than the backend says');
  return bytes;
}
