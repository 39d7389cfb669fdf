import type { StoredFile } from '../files/stored-file.ts';
import { toTimestamp } from '../lib/clock.ts';

/** A file as every response shows it; CONTRACT section 5. Where its bytes lie is never part of it. */
export function fileToJson(file: StoredFile) {
  return {
    id: file.id,
    bucket: file.bucket,
    name: file.name,
    path: file.path,
    mime_type: file.mimeType,
    size: file.size,
    checksum: file.checksum,
    compressed: file.codec !== null,
    compression_type: file.codec,
    stored_size: file.storedSize,
    original_size: file.codec === null ? null : file.size,
    metadata: file.metadata,
    owner_id: file.ownerId,
    version: file.version,
    created_at: toTimestamp(file.createdAt),
    updated_at: toTimestamp(file.updatedAt),
  };
}

/** The entity tag of a file's metadata, for `If-Match` on PATCH and DELETE; another one than that of its bytes. */
export function rowEtag(file: StoredFile): string {
  return `"${file.id}.${file.version}"`;
}
