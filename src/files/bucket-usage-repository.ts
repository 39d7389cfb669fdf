import type { Database } from '../db/database.ts';
import { quotaExceeded } from './refusals.ts';

export interface BucketUsage {
  readonly files: number;
  readonly bytes: number;
  readonly storedBytes: number;
  /** Bytes promised to unfinished uploads. */
  readonly reservedBytes: number;
}

/** What a bucket holds and has promised. Synchronous, because other repositories ask inside their transactions. */
export class BucketUsageRepository {
  readonly #find;

  constructor(db: Database) {
    this.#find = db.prepare(`
      SELECT coalesce(sum(files), 0) AS files, coalesce(sum(bytes), 0) AS bytes,
        coalesce(sum(stored_bytes), 0) AS storedBytes,
        (SELECT coalesce(sum(length), 0) FROM _alyx_uploads WHERE bucket = :bucket) AS reservedBytes
      FROM _alyx_bucket_usage WHERE bucket = :bucket`);
  }

  find(bucket: string): BucketUsage {
    return this.#find.get({ bucket }) as BucketUsage;
  }

  /** Throws QUOTA_EXCEEDED unless `size` more bytes fit; `quota` null = no quota. */
  requireSpace(bucket: string, quota: number | null, size: number): void {
    if (quota === null) return;
    const usage = this.find(bucket);
    if (usage.bytes + usage.reservedBytes + size > quota) throw quotaExceeded(bucket, quota, usage, size);
  }
}
