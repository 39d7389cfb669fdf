import type { Bucket } from '../schema/schema.ts';
import { isAlreadyCompressed, matchesType } from './media-type.ts';
import { typeNotAllowed } from './refusals.ts';
import type { Codec } from './stored-file.ts';

/** Throws TYPE_NOT_ALLOWED unless the bucket takes content of this detected type. */
export function checkType(bucket: Bucket, mimeType: string): void {
  if (bucket.allowedTypes === null || matchesType(mimeType, bucket.allowedTypes)) return;
  throw typeNotAllowed(bucket.name, mimeType, bucket.allowedTypes);
}

/** How a new file of this type is coded: as its bucket says, but what is compressed already is stored as it is. */
export function codecFor(bucket: Bucket, mimeType: string): Codec {
  if (bucket.compression === 'none' || isAlreadyCompressed(mimeType)) return null;
  return bucket.compression;
}
