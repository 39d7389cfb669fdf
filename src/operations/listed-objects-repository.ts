import type { Database } from '../db/database.ts';
import { FILE_COLUMNS, toStoredFile, type FileRow } from '../files/file-row.ts';
import type { StoredFile } from '../files/stored-file.ts';
import type { StoredObject } from '../storage/backend.ts';

/** Roles that no live process has, and when that was so: what they had noted by then nobody will finish. */
export interface DeadWriters {
  readonly owners: readonly string[];
  readonly until: number;
}

/**
 * What a backend listed of one bucket, in a table of this connection alone, so that SQLite compares it with the
 * rows whatever the order and number of both. One bucket of one backend at a time.
 */
export class ListedObjectsRepository {
  readonly #db: Database;
  readonly #clear;
  readonly #add;
  readonly #markKnown;
  readonly #unknown;
  readonly #suspicious;

  constructor(db: Database) {
    this.#db = db;
    db.exec(`CREATE TEMP TABLE IF NOT EXISTS listed_objects (
      object_key TEXT PRIMARY KEY, size INTEGER NOT NULL, known INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID`);
    this.#clear = db.prepare('DELETE FROM listed_objects');
    this.#add = db.prepare(`
      INSERT OR REPLACE INTO listed_objects (object_key, size)
      SELECT value ->> 'key', value ->> 'size' FROM json_each(?)`);
    this.#markKnown = db.prepare(`
      UPDATE listed_objects SET known = 1 WHERE object_key IN (
        SELECT object_key FROM _alyx_files WHERE bucket = :bucket
        UNION ALL
        SELECT object_key FROM _alyx_pending_objects
          WHERE bucket = :bucket AND NOT (state = 'writing' AND noted_at <= :deadUntil
            AND owner IN (SELECT value FROM json_each(:deadOwners))))`);
    this.#unknown = db.prepare(`
      SELECT object_key AS objectKey FROM listed_objects WHERE known = 0 AND object_key > ?
      ORDER BY object_key LIMIT ?`);
    this.#suspicious = db.prepare(`
      SELECT ${FILE_COLUMNS} FROM _alyx_files WHERE backend = ? AND bucket = ? AND id > ? AND (
        bytes_missing = 1 OR stored_size IS NOT
          (SELECT listed_objects.size FROM listed_objects WHERE object_key = _alyx_files.object_key))
      ORDER BY id LIMIT ?`);
  }

  clear(): void {
    this.#clear.run();
  }

  add(objects: readonly StoredObject[]): void {
    this.#add.run(JSON.stringify(objects));
  }

  /**
   * Marks what belongs to a row, or is noted as being written or as waiting to be deleted. Rows and notes are read
   * in one statement, so in one snapshot: since an object is noted before it is written and turns from note to
   * row, or back, in one transaction, what was listed before and is in neither has no owner and, keys never being
   * used again, will have none. Notes of dead writers count for nothing. Of whatever backend, since two names may stand
   * for one place.
   */
  markKnown(bucket: string, { owners, until }: DeadWriters): void {
    this.#markKnown.run({ bucket, deadOwners: JSON.stringify(owners), deadUntil: until });
  }

  unknown(afterKey: string, limit: number): string[] {
    const rows = this.#unknown.all(afterKey, limit) as { objectKey: string }[];
    return rows.map(({ objectKey }) => objectKey);
  }

  /** Files whose object was not listed, or with another size, and those marked as missing. */
  suspicious(backend: string, bucket: string, afterId: string, limit: number): StoredFile[] {
    return (this.#suspicious.all(backend, bucket, afterId, limit) as FileRow[]).map(toStoredFile);
  }

  /** Every bucket that has files or notes of files in the backend. */
  buckets(backend: string): string[] {
    const rows = this.#db
      .prepare(
        `SELECT bucket FROM _alyx_files WHERE backend = :backend
         UNION SELECT bucket FROM _alyx_pending_objects WHERE backend = :backend`,
      )
      .all({ backend }) as { bucket: string }[];
    return rows.map(({ bucket }) => bucket);
  }
}
