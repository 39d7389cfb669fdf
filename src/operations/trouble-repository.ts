import type { Database } from '../db/database.ts';

/** Objects of a backend whose deletion is overdue. */
export interface OverdueDeletions {
  readonly backend: string;
  readonly objects: number;
  /** When the first of them was to go; epoch milliseconds. */
  readonly since: number;
}

/** What in the system tables may need a person. Every method is one transaction. */
export class TroubleRepository {
  readonly #missing;
  readonly #damaged;
  readonly #buckets;
  readonly #overdue;

  constructor(db: Database) {
    this.#missing = db.prepare(
      `SELECT bucket, count(*) AS files FROM _alyx_files WHERE bytes_missing = 1 GROUP BY bucket`,
    );
    this.#damaged = db.prepare(
      `SELECT bucket, count(*) AS files FROM _alyx_damaged_files JOIN _alyx_files ON id = file_id GROUP BY bucket ORDER BY bucket`,
    );
    this.#buckets = db.prepare(`SELECT bucket FROM _alyx_bucket_usage WHERE files > 0 ORDER BY bucket`);
    this.#overdue = db.prepare(
      `SELECT backend, count(*) AS objects, min(noted_at) AS since FROM _alyx_pending_objects
       WHERE state = 'deleting' AND noted_at <= ? GROUP BY backend`,
    );
  }

  async missingFilesByBucket(): Promise<Map<string, number>> {
    return countsOf(this.#missing.all());
  }

  /** Files whose stored bytes are known not to be what was uploaded. */
  async damagedFilesByBucket(): Promise<Map<string, number>> {
    return countsOf(this.#damaged.all());
  }

  async bucketsWithFiles(): Promise<string[]> {
    return (this.#buckets.all() as { bucket: string }[]).map(({ bucket }) => bucket);
  }

  /** Deletions that were to be done at `before` (epoch ms) and are not. */
  async overdueDeletions(before: number): Promise<OverdueDeletions[]> {
    return this.#overdue.all(before) as OverdueDeletions[];
  }
}

function countsOf(rows: unknown[]): Map<string, number> {
  return new Map((rows as { bucket: string; files: number }[]).map(({ bucket, files }) => [bucket, files]));
}
