import type { Database } from '../db/database.ts';
import { isForeignKeyViolation } from '../db/sqlite-error.ts';
import { AppError } from '../lib/errors.ts';
import type { ObjectPlace } from './pending-objects-repository.ts';

/** A record's field that refers to a file. */
export interface FileUse {
  readonly fileId: string;
  readonly collection: string;
  readonly recordId: string;
  readonly field: string;
  /** True: when this use ends and no other is left, the file goes too. */
  readonly goesWithLastUse: boolean;
}

/**
 * `_alyx_file_references`. Synchronous, because it runs inside the transaction of whoever changes the record: record,
 * references and the order to delete bytes stand or fall together.
 */
export class FileReferencesRepository {
  readonly #add;
  readonly #remove;
  readonly #isUsed;
  readonly #deleteFile;
  readonly #doom;

  constructor(db: Database) {
    this.#add = db.prepare('INSERT OR IGNORE INTO _alyx_file_references VALUES (?, ?, ?, ?)');
    this.#remove = db.prepare(
      `DELETE FROM _alyx_file_references WHERE file_id = ? AND collection = ? AND record_id = ? AND field = ?`,
    );
    this.#isUsed = db.prepare('SELECT 1 FROM _alyx_file_references WHERE file_id = ? LIMIT 1');
    this.#deleteFile = db.prepare(
      'DELETE FROM _alyx_files WHERE id = ? RETURNING backend, bucket, object_key AS objectKey',
    );
    this.#doom = db.prepare(`INSERT INTO _alyx_pending_objects VALUES (?, ?, ?, 'deleting', 'server', ?)`);
  }

  /** Throws FILE_NOT_FOUND when one of the files has been deleted meanwhile. */
  add(uses: readonly FileUse[]): void {
    for (const { fileId, collection, recordId, field } of uses) {
      try {
        this.#add.run(fileId, collection, recordId, field);
      } catch (error) {
        if (!isForeignKeyViolation(error)) throw error;
        const message = `is no file any more: ${fileId}`;
        throw new AppError('FILE_NOT_FOUND', `${field} ${message}.`, [
          { field, code: 'FILE_NOT_FOUND', message },
        ]);
      }
    }
  }

  /** Ends these uses; returns the objects of the files that went with them, whose deletion is ordered. */
  remove(uses: readonly FileUse[], now: number): ObjectPlace[] {
    for (const { fileId, collection, recordId, field } of uses) {
      this.#remove.run(fileId, collection, recordId, field);
    }
    // Only now: of two uses that end together, which one is named first must not decide what happens.
    const orphans = new Set(uses.filter((use) => use.goesWithLastUse).map(({ fileId }) => fileId));
    return [...orphans].flatMap((fileId) => {
      if (this.#isUsed.get(fileId) !== undefined) return [];
      const place = this.#deleteFile.get(fileId) as ObjectPlace | undefined;
      if (place === undefined) return [];
      this.#doom.run(place.backend, place.bucket, place.objectKey, now);
      return [place];
    });
  }
}
