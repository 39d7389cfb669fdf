import { newUuid } from '../../src/lib/ids.ts';

/** A row of `_alyx_files` as far as a list looks at it. */
export interface FileRowSample {
  readonly bucket: string;
  readonly name: string;
  readonly ownerId: string | null;
  readonly mimeType?: string;
  readonly size?: number;
  readonly metadata: unknown;
  readonly createdAt: number;
}

interface Statements {
  prepare(sql: string): { run(...values: unknown[]): unknown };
}

/** Writes rows without bytes behind them: thousands in the time that one upload takes. */
export function insertFileRows(db: Statements, rows: readonly FileRowSample[]): void {
  const insert = db.prepare(`INSERT INTO _alyx_files
    (id, bucket, name, path, mime_type, size, checksum, backend, object_key, stored_size, metadata, owner_id, created_at, updated_at)
    VALUES (@id, @bucket, @name, @id, @mimeType, @size, '${'0'.repeat(64)}', 'local', @id, @size, @metadata, @ownerId, @createdAt, @createdAt)`);
  for (const { mimeType = 'text/plain', size = 1, metadata, ...row } of rows) {
    insert.run({ ...row, id: newUuid(), mimeType, size, metadata: JSON.stringify(metadata) });
  }
}
