/** A key or bucket that could reach outside its place. A bug or an attack, never a user's typing mistake. */
export class UnsafeKeyError extends Error {
  override readonly name = 'UnsafeKeyError';
}

const BUCKET = /^[a-z][a-z0-9_-]{0,62}$/;
const SEGMENT = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;

/** The time prefix of a UUIDv7 that names an object's folder: 2^24 ms, so about 4.7 hours of uploads share one. */
const PREFIX_LENGTH = 6;

/** The key under which a new object is stored; `id` is a fresh UUIDv7, never reused, not even for a retry. */
export function objectKey(id: string): string {
  return `${id.slice(0, PREFIX_LENGTH)}/${id}`;
}

/** Rejects whatever is not `bucket` + one or two plain segments; called by every backend before it acts. */
export function assertSafeKey(bucket: string, key: string): void {
  if (!BUCKET.test(bucket)) throw new UnsafeKeyError(`unsafe bucket name ${JSON.stringify(bucket)}`);
  if (!isSafePath(key)) throw new UnsafeKeyError(`unsafe object key ${JSON.stringify(key)}`);
}

/** Whether `assertSafeKey` would let it pass: for telling objects from what others put beside them. */
export function isSafeKey(bucket: string, key: string): boolean {
  return BUCKET.test(bucket) && isSafePath(key);
}

function isSafePath(key: string): boolean {
  const segments = key.split('/');
  return segments.length <= 2 && segments.every((segment) => SEGMENT.test(segment));
}
