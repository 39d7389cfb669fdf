import type { Database } from '../db/database.ts';
import { HotRows } from '../db/hot-rows.ts';
import { isUniqueViolation } from '../db/sqlite-error.ts';
import { AppError } from '../lib/errors.ts';
import type { JsonObject } from '../lib/json.ts';
import { FILE_COLUMNS, toStoredFile, type FileRow } from './file-row.ts';
import { BucketUsageRepository, type BucketUsage } from './bucket-usage-repository.ts';
import type { ObjectPlace } from './pending-objects-repository.ts';
import { fileExists } from './refusals.ts';
import type { StoredFile } from './stored-file.ts';
import { ToldFile } from './told-file.ts';

export interface NewFile {
  readonly file: StoredFile;
  /** The bucket's max_total_size; null = no quota. */
  readonly quota: number | null;
  /** The finished upload that becomes this file; its row and its reservation go in the same transaction. */
  readonly uploadId: string | null;
}

export interface FileChanges {
  readonly name: string;
  readonly path: string;
  readonly metadata: JsonObject;
}

/** A record that refers to a file. */
export interface FileReference {
  readonly collection: string;
  readonly recordId: string;
  readonly field: string;
}

/** Characters of a file's JSON, besides its metadata. */
const WEIGHT = 1_000;

/** Rows of `_alyx_files`. Every method is one transaction; a miss is a value. */
export class FilesRepository {
  readonly #db: Database;
  readonly #statements;
  readonly #usage: BucketUsageRepository;
  readonly #hot: HotRows<ToldFile>;

  constructor(db: Database) {
    this.#db = db;
    this.#usage = new BucketUsageRepository(db);
    this.#statements = prepareStatements(db);
    this.#hot = new HotRows(db.snapshot, (id) => this.#read(id));
  }

  async find(id: string): Promise<StoredFile | null> {
    return this.#hot.find(id)?.file ?? null;
  }

  async findTold(id: string): Promise<ToldFile | null> {
    return this.#hot.find(id);
  }

  /** Several files at once; those that are missing are left out. */
  async findAll(ids: readonly string[]): Promise<StoredFile[]> {
    if (ids.length === 0) return [];
    return (this.#statements.findAll.all(JSON.stringify(ids)) as FileRow[]).map(toStoredFile);
  }

  async isPathTaken(bucket: string, path: string): Promise<boolean> {
    return this.#statements.path.get(bucket, path) !== undefined;
  }

  async usage(bucket: string): Promise<BucketUsage> {
    return this.#usage.find(bucket);
  }

  /** How many files each backend holds, for every backend that holds any. */
  async countByBackend(): Promise<Map<string, number>> {
    const rows = this.#statements.countByBackend.all() as { backend: string; files: number }[];
    return new Map(rows.map((row) => [row.backend, row.files]));
  }

  /** How many files each bucket holds, for every bucket that holds any. */
  async countByBucket(): Promise<Map<string, number>> {
    const rows = this.#statements.countByBucket.all() as { bucket: string; files: number }[];
    return new Map(rows.map((row) => [row.bucket, row.files]));
  }

  async references(fileId: string, limit: number): Promise<FileReference[]> {
    return this.#references(fileId, limit);
  }

  /**
   * Makes a stored object a file. Refuses with FILE_EXISTS, with QUOTA_EXCEEDED, and when the object's note is gone:
   * then its bytes are being deleted, and a row would promise what is not there.
   */
  create({ file, quota, uploadId }: NewFile): Promise<void> {
    return this.#db.write(() => {
      const settled = this.#statements.settleNote.run(file.backend, file.bucket, file.objectKey);
      if (settled.changes !== 1) {
        throw new AppError(
          'BACKEND_UNAVAILABLE',
          'The upload was given up while it was being stored; send it again.',
        );
      }
      if (uploadId !== null) this.#statements.deleteUpload.run(uploadId);
      this.#usage.requireSpace(file.bucket, quota, file.size);
      this.#insert(file);
    });
  }

  /** Changes what may change, if the row still has `version`; null when it was changed or deleted meanwhile. */
  update(id: string, version: number, changes: FileChanges, now: number): Promise<StoredFile | null> {
    return this.#db.write(() => {
      try {
        const { name, path, metadata } = changes;
        const row = this.#statements.update.get(name, path, JSON.stringify(metadata), now, id, version);
        return row === undefined ? null : toStoredFile(row as FileRow);
      } catch (error) {
        throw isUniqueViolation(error) ? fileExists(changes.path) : error;
      }
    });
  }

  /**
   * Deletes the row, if it still has `version`, and orders its bytes to be deleted; resolves to where they lie,
   * which a migration may have changed since the row was read. Null when it was changed or deleted meanwhile.
   * Refuses with FILE_IN_USE while a record refers to it.
   */
  delete(file: StoredFile, now: number): Promise<ObjectPlace | null> {
    return this.#db.write(() => {
      const references = this.#references(file.id, 10);
      if (references.length > 0) {
        throw new AppError(
          'FILE_IN_USE',
          `File "${file.name}" is still used by a record; remove it there first.`,
          {
            references: references.map((r) => ({ collection: r.collection, id: r.recordId, field: r.field })),
          },
        );
      }
      const place = this.#statements.delete.get(file.id, file.version) as ObjectPlace | undefined;
      if (place === undefined) return null;
      this.#statements.doom.run(place.backend, place.bucket, place.objectKey, now);
      return place;
    });
  }

  #read(id: string): ToldFile | null {
    const row = this.#statements.find.get(id) as FileRow | undefined;
    return row === undefined ? null : new ToldFile(toStoredFile(row), WEIGHT + row.metadata.length);
  }

  #references(fileId: string, limit: number): FileReference[] {
    return this.#statements.references.all(fileId, limit) as FileReference[];
  }

  #insert(file: StoredFile): void {
    try {
      this.#statements.insert.run({
        ...file,
        metadata: JSON.stringify(file.metadata),
        bytesMissing: file.bytesMissing ? 1 : 0,
      });
    } catch (error) {
      throw isUniqueViolation(error) ? fileExists(file.path) : error;
    }
  }
}

function prepareStatements(db: Database) {
  return {
    find: db.prepare(`SELECT ${FILE_COLUMNS} FROM _alyx_files WHERE id = ?`),
    findAll: db.prepare(
      `SELECT ${FILE_COLUMNS} FROM _alyx_files WHERE id IN (SELECT value FROM json_each(?))`,
    ),
    path: db.prepare(`SELECT 1 FROM _alyx_files WHERE bucket = ? AND path = ?`),
    countByBackend: db.prepare(`SELECT backend, count(*) AS files FROM _alyx_files GROUP BY backend`),
    countByBucket: db.prepare(`SELECT bucket, files FROM _alyx_bucket_usage WHERE files > 0 ORDER BY bucket`),
    references: db.prepare(`
      SELECT collection, record_id AS recordId, field FROM _alyx_file_references WHERE file_id = ? LIMIT ?`),
    settleNote: db.prepare(`
      DELETE FROM _alyx_pending_objects
      WHERE backend = ? AND bucket = ? AND object_key = ? AND state = 'writing'`),
    deleteUpload: db.prepare(`DELETE FROM _alyx_uploads WHERE id = ?`),
    insert: db.prepare(`
      INSERT INTO _alyx_files (id, bucket, name, path, mime_type, size, checksum, backend, object_key, codec,
        stored_size, metadata, owner_id, version, bytes_missing, created_at, updated_at)
      VALUES (:id, :bucket, :name, :path, :mimeType, :size, :checksum, :backend, :objectKey, :codec,
        :storedSize, :metadata, :ownerId, :version, :bytesMissing, :createdAt, :updatedAt)`),
    update: db.prepare(`
      UPDATE _alyx_files SET name = ?, path = ?, metadata = ?, updated_at = ?, version = version + 1
      WHERE id = ? AND version = ? RETURNING ${FILE_COLUMNS}`),
    delete: db.prepare(`
      DELETE FROM _alyx_files WHERE id = ? AND version = ? RETURNING backend, bucket, object_key AS objectKey`),
    doom: db.prepare(`INSERT INTO _alyx_pending_objects VALUES (?, ?, ?, 'deleting', 'server', ?)`),
  };
}
