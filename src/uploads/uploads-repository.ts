import type { Database } from '../db/database.ts';
import { BucketUsageRepository } from '../files/bucket-usage-repository.ts';
import type { JsonObject } from '../lib/json.ts';
import type { CompleteUpload, Upload, UploadProgress } from './upload.ts';

type UploadRow = Omit<Upload, 'metadata'> & { readonly metadata: string };

const COLUMNS = `id, bucket, name, path, metadata, owner_id AS ownerId, checksum, mime_type AS mimeType, claims,
  length, offset, created_at AS createdAt, expires_at AS expiresAt`;

/** Rows of `_alyx_uploads`. Every method is one transaction; a miss is a value. */
export class UploadsRepository {
  readonly #db: Database;
  readonly #usage: BucketUsageRepository;
  readonly #statements;

  constructor(db: Database) {
    this.#db = db;
    this.#usage = new BucketUsageRepository(db);
    this.#statements = prepareStatements(db);
  }

  async find(id: string): Promise<Upload | null> {
    const row = this.#statements.find.get(id) as UploadRow | undefined;
    return row === undefined ? null : toUpload(row);
  }

  /** Starts an upload and reserves its length; throws QUOTA_EXCEEDED when the bucket has no room for it. */
  create(upload: Upload, quota: number | null): Promise<void> {
    return this.#db.write(() => {
      this.#usage.requireSpace(upload.bucket, quota, upload.length);
      this.#statements.insert.run({ ...upload, metadata: JSON.stringify(upload.metadata) });
    });
  }

  saveProgress(id: string, progress: UploadProgress): Promise<void> {
    return this.#db.write(() => void this.#statements.saveProgress.run({ ...progress, id }));
  }

  /** Saves that every byte is in and verified. */
  saveComplete({ id, mimeType, checksum, expiresAt }: CompleteUpload): Promise<void> {
    return this.#db.write(
      () => void this.#statements.saveComplete.run({ id, mimeType, checksum, expiresAt }),
    );
  }

  /** Gives the upload up, and its reservation. */
  delete(id: string): Promise<void> {
    return this.#db.write(() => void this.#statements.delete.run(id));
  }

  /** Unfinished uploads, newest first; of every bucket when it is null. */
  async list(bucket: string | null, limit: number): Promise<Upload[]> {
    return (this.#statements.list.all({ bucket, limit }) as UploadRow[]).map(toUpload);
  }

  async count(): Promise<number> {
    return (this.#statements.count.get() as { uploads: number }).uploads;
  }

  /** Uploads whose time was up at `now`, oldest first. */
  async listExpired(now: number, limit: number): Promise<Upload[]> {
    return (this.#statements.listExpired.all(now, limit) as UploadRow[]).map(toUpload);
  }

  /** Uploads whose bytes are all in, but which are no files (yet): their finish is under way, failed or was cut off. */
  async listComplete(): Promise<Upload[]> {
    return (this.#statements.listComplete.all() as UploadRow[]).map(toUpload);
  }
}

function toUpload(row: UploadRow): Upload {
  return { ...row, metadata: JSON.parse(row.metadata) as JsonObject };
}

function prepareStatements(db: Database) {
  return {
    find: db.prepare(`SELECT ${COLUMNS} FROM _alyx_uploads WHERE id = ?`),
    insert: db.prepare(`
      INSERT INTO _alyx_uploads (id, bucket, name, path, metadata, owner_id, checksum, mime_type, claims, length,
        offset, created_at, expires_at)
      VALUES (:id, :bucket, :name, :path, :metadata, :ownerId, :checksum, :mimeType, :claims, :length,
        :offset, :createdAt, :expiresAt)`),
    saveProgress: db.prepare(`
      UPDATE _alyx_uploads SET offset = :offset, mime_type = :mimeType, expires_at = :expiresAt WHERE id = :id`),
    saveComplete: db.prepare(`
      UPDATE _alyx_uploads SET offset = length, mime_type = :mimeType, checksum = :checksum, expires_at = :expiresAt
      WHERE id = :id`),
    delete: db.prepare(`DELETE FROM _alyx_uploads WHERE id = ?`),
    list: db.prepare(`
      SELECT ${COLUMNS} FROM _alyx_uploads WHERE :bucket IS NULL OR bucket = :bucket
      ORDER BY created_at DESC, id DESC LIMIT :limit`),
    count: db.prepare(`SELECT count(*) AS uploads FROM _alyx_uploads`),
    listExpired: db.prepare(`
      SELECT ${COLUMNS} FROM _alyx_uploads WHERE expires_at <= ? ORDER BY expires_at LIMIT ?`),
    listComplete: db.prepare(`SELECT ${COLUMNS} FROM _alyx_uploads WHERE offset = length AND length > 0`),
  };
}
