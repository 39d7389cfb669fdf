import { newUuid } from '../../src/lib/ids.ts';

/** A row of `_alyx_files` as far as a list looks at it. */
export interface FileRowSample {
  readonly bucket: string;
  readonly name: string;
  readonly ownerId: string | null;
  readonly mimeType?: string;
  readonly size?: number;
  readonly codec?: 'gzip' | 'zstd' | null;
  readonly storedSize?: number;
  readonly metadata: unknown;
  readonly version?: number;
  readonly createdAt: number;
  readonly updatedAt?: number;
}

interface Statements {
  prepare(sql: string): { run(...values: unknown[]): unknown };
}

/** Writes rows without bytes behind them: thousands in the time that one upload takes. */
export function insertFileRows(db: Statements, rows: readonly FileRowSample[]): void {
  const insert = db.prepare(`INSERT INTO _alyx_files
    (id, bucket, name, path, mime_type, size, checksum, backend, object_key, codec, stored_size, metadata, owner_id,
     version, created_at, updated_at)
    VALUES (@id, @bucket, @name, @id, @mimeType, @size, '${'0'.repeat(64)}', 'local', @id, @codec, @storedSize, @metadata,
     @ownerId, @version, @createdAt, @updatedAt)`);
  for (const { metadata, ...row } of rows) {
    const { mimeType = 'text/plain', size = 1, codec = null, version = 1 } = row;
    const { storedSize = size, updatedAt = row.createdAt } = row;
    const filled = { ...row, mimeType, size, codec, version, storedSize, updatedAt };
    insert.run({ ...filled, id: newUuid(), metadata: JSON.stringify(metadata) });
  }
}
