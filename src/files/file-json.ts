import { toTimestamp } from '../lib/clock.ts';
import type { StoredFile } from './stored-file.ts';

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

export type FileJson = ReturnType<typeof fileToJson>;

/**
 * The text of the same, made by SQLite from a row of `_alyx_files`: a list needs no object for each of its files. The
 * metadata column holds what JSON.stringify wrote.
 */
export const FILE_JSON = `printf('{"id":"%s","bucket":"%s","name":%s,"path":%s,"mime_type":%s,"size":%d,"checksum":"%s",'
  || '"compressed":%s,"compression_type":%s,"stored_size":%d,"original_size":%s,"metadata":%s,"owner_id":%s,"version":%d,'
  || '"created_at":"%sT%sZ","updated_at":"%sT%sZ"}',
  id, bucket, json_quote(name), json_quote(path), json_quote(mime_type), size, checksum,
  iif(codec IS NULL, 'false', 'true'), json_quote(codec), stored_size, iif(codec IS NULL, 'null', size), metadata,
  json_quote(owner_id), version, ${dateAndTime('created_at')}, ${dateAndTime('updated_at')})`;

/** By the Julian day, which SQLite reads without looking at a modifier. */
function dateAndTime(column: string): string {
  const day = `2440587.5 + ${column} / 86400000.0`;
  return `date(${day}), time(${day}, 'subsec')`;
}
