import type { Database } from '../db/database.ts';
import { FILE_COLUMNS, toStoredFile, type FileRow } from './file-row.ts';
import type { ObjectPlace } from './pending-objects-repository.ts';
import type { StoredFile } from './stored-file.ts';

/** Which files: those in one backend or outside of it, of one bucket or of all. */
export interface FileSelection {
  readonly in?: string;
  readonly notIn?: string;
  readonly bucket?: string | undefined;
}

export interface FileTotals {
  readonly files: number;
  readonly storedBytes: number;
}

/** What a bucket has in one backend. */
export interface BackendShare {
  readonly backend: string;
  readonly files: number;
  readonly bytes: number;
  readonly storedBytes: number;
  /** Files marked as missing their bytes. */
  readonly missing: number;
}

/** Where files' bytes lie, for those who look after all of them at once. Every method is one transaction. */
export class FilePlacesRepository {
  readonly #db: Database;
  readonly #settleNote;
  readonly #move;
  readonly #doom;
  readonly #mark;

  constructor(db: Database) {
    this.#db = db;
    this.#settleNote = db.prepare(
      `DELETE FROM _alyx_pending_objects
       WHERE backend = ? AND bucket = ? AND object_key = ? AND state = 'writing'`,
    );
    this.#move = db.prepare(
      `UPDATE _alyx_files SET backend = ?, object_key = ? WHERE id = ? AND backend = ? AND object_key = ?`,
    );
    this.#doom = db.prepare(`INSERT INTO _alyx_pending_objects VALUES (?, ?, ?, 'deleting', ?, ?)`);
    this.#mark = db.prepare(`UPDATE _alyx_files SET bytes_missing = ? WHERE id = ? AND object_key = ?`);
  }

  async totals(selection: FileSelection): Promise<FileTotals> {
    const { where, values } = condition(selection);
    const sql = `SELECT count(*) AS files, coalesce(sum(stored_size), 0) AS storedBytes FROM _alyx_files`;
    return this.#db.prepare(`${sql} WHERE ${where}`).get(...values) as FileTotals;
  }

  /** By bucket, what each backend has of it. */
  async sharesByBucket(): Promise<Map<string, BackendShare[]>> {
    const rows = this.#db
      .prepare(
        `SELECT bucket, backend, count(*) AS files, sum(size) AS bytes, sum(stored_size) AS storedBytes,
           sum(bytes_missing) AS missing
         FROM _alyx_files GROUP BY bucket, backend ORDER BY bucket, backend`,
      )
      .all() as (BackendShare & { bucket: string })[];
    const shares = new Map<string, BackendShare[]>();
    for (const { bucket, ...share } of rows) shares.set(bucket, [...(shares.get(bucket) ?? []), share]);
    return shares;
  }

  /** The next files in the order of their ids, from the one after `afterId` on. */
  async page(selection: FileSelection, afterId: string, limit: number): Promise<StoredFile[]> {
    const { where, values } = condition(selection);
    const rows = this.#db
      .prepare(`SELECT ${FILE_COLUMNS} FROM _alyx_files WHERE ${where} AND id > ? ORDER BY id LIMIT ?`)
      .all(...values, afterId, limit);
    return (rows as FileRow[]).map(toStoredFile);
  }

  /**
   * Makes `to`, an object noted by `owner`, the place of the file's bytes, and orders the old ones to be deleted
   * from `deleteAt` on. False, and nothing changed, when the file was deleted or moved meanwhile.
   */
  move(file: StoredFile, to: ObjectPlace, owner: string, deleteAt: number): Promise<boolean> {
    return this.#db.write(() => {
      const moved = this.#move.run(to.backend, to.objectKey, file.id, file.backend, file.objectKey);
      if (moved.changes === 0) return false;
      const settled = this.#settleNote.run(to.backend, to.bucket, to.objectKey);
      if (settled.changes !== 1) throw new Error(`the copy of ${file.id} was not noted`);
      this.#doom.run(file.backend, file.bucket, file.objectKey, owner, deleteAt);
      return true;
    });
  }

  /** Notes whether the bytes are gone, unless the file was deleted or moved meanwhile. */
  markMissing(file: StoredFile, missing: boolean): Promise<boolean> {
    return this.#db.write(() => this.#mark.run(missing ? 1 : 0, file.id, file.objectKey).changes === 1);
  }
}

function condition({ in: inside, notIn, bucket }: FileSelection) {
  const parts = [
    ['backend = ?', inside],
    ['backend <> ?', notIn],
    ['bucket = ?', bucket],
  ] as const;
  const given = parts.filter(([, value]) => value !== undefined);
  return {
    where: ['1', ...given.map(([sql]) => sql)].join(' AND '),
    values: given.map(([, value]) => value),
  };
}
