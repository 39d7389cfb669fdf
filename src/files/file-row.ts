import type { JsonObject } from '../lib/json.ts';
import type { Codec, StoredFile } from './stored-file.ts';

/** A row as SQLite gives it under FILE_COLUMNS. */
export interface FileRow {
  readonly id: string;
  readonly bucket: string;
  readonly name: string;
  readonly path: string;
  readonly mimeType: string;
  readonly size: number;
  readonly checksum: string;
  readonly backend: string;
  readonly objectKey: string;
  readonly codec: Codec;
  readonly storedSize: number;
  readonly metadata: string;
  readonly ownerId: string | null;
  readonly version: number;
  readonly bytesMissing: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export const FILE_COLUMNS = `id, bucket, name, path, mime_type AS mimeType, size, checksum, backend,
  object_key AS objectKey, codec, stored_size AS storedSize, metadata, owner_id AS ownerId, version,
  bytes_missing AS bytesMissing, created_at AS createdAt, updated_at AS updatedAt`;

const NO_METADATA: JsonObject = Object.freeze({});

export function toStoredFile(row: FileRow): StoredFile {
  const metadata = row.metadata === '{}' ? NO_METADATA : (JSON.parse(row.metadata) as JsonObject);
  return { ...row, metadata, bytesMissing: row.bytesMissing === 1 };
}
