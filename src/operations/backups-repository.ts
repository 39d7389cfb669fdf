import type { Database } from '../db/database.ts';

/** `_alyx_backups`, and what turns a copy of the database into one to begin from. Every method is one transaction. */
export class BackupsRepository {
  readonly #db: Database;
  readonly #hold;
  readonly #release;

  constructor(db: Database) {
    this.#db = db;
    this.#hold = db.prepare(
      `INSERT INTO _alyx_backups VALUES (:id, unixepoch('subsec') * 1000 + :ms)
       ON CONFLICT DO UPDATE SET holds_until = excluded.holds_until`,
    );
    this.#release = db.prepare(
      `DELETE FROM _alyx_backups WHERE id = ? OR holds_until < unixepoch('subsec') * 1000`,
    );
  }

  /** From now on and for `ms` no process deletes bytes. */
  hold(id: string, ms: number): Promise<void> {
    return this.#db.write(() => void this.#hold.run({ id, ms }));
  }

  /** Lets deletions go on; forgets the backups that died, too. */
  release(id: string): Promise<void> {
    return this.#db.write(() => void this.#release.run(id));
  }

  /**
   * Removes from a snapshot what speaks of more than files and records: unfinished uploads, whose bytes are not in the
   * backup, and orders to delete, which are none of the restored server's business.
   */
  trim(): Promise<void> {
    return this.#db.write(() => {
      for (const table of ['_alyx_uploads', '_alyx_pending_objects', '_alyx_backups', '_alyx_open_backends'])
        this.#db.prepare(`DELETE FROM ${table}`).run();
    });
  }
}
