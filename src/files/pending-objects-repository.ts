import type { Database } from '../db/database.ts';

/** Where an object lies, or may lie. */
export interface ObjectPlace {
  readonly backend: string;
  readonly bucket: string;
  readonly objectKey: string;
}

/** Names of backends in which something may still be written although nobody writes any more, and until when. */
export interface LateWrites {
  readonly late: readonly string[];
  readonly until: number;
}

const NOTHING_LATE: LateWrites = { late: [], until: 0 };

/**
 * `_alyx_pending_objects`: objects that may lie in a backend without a file row. `owner` names the role of the
 * process that writes them (`server`, `migrate`); a process lock makes sure that there is one of each. It is `late`
 * where that process is dead and its writes may still be carried out, and `again` once they were deleted as far as they
 * were. An object that waits to be deleted waits until
 * `noted_at`.
 */
export class PendingObjectsRepository {
  readonly #db: Database;
  readonly #note;
  readonly #doom;
  readonly #order;
  readonly #doomAll;
  readonly #listLate;
  readonly #onceMore;
  readonly #listDeleting;
  readonly #held;
  readonly #remove;

  constructor(db: Database) {
    this.#db = db;
    this.#note = db.prepare(`INSERT INTO _alyx_pending_objects VALUES (?, ?, ?, 'writing', ?, ?)`);
    this.#doom = db.prepare(
      `UPDATE _alyx_pending_objects SET state = 'deleting' WHERE backend = ? AND bucket = ? AND object_key = ?`,
    );
    this.#order = db.prepare(
      `INSERT INTO _alyx_pending_objects VALUES (?, ?, ?, 'deleting', ?, ?)
       ON CONFLICT DO UPDATE SET state = 'deleting'`,
    );
    this.#doomAll = db.prepare(
      `UPDATE _alyx_pending_objects SET state = 'deleting',
         owner = iif(backend IN (SELECT value FROM json_each(:late)), 'late', owner),
         noted_at = iif(backend IN (SELECT value FROM json_each(:late)), :until, noted_at)
       WHERE state = 'writing' AND owner = :owner`,
    );
    this.#listLate = db.prepare(
      `SELECT backend, bucket, object_key AS objectKey FROM _alyx_pending_objects
       WHERE state = 'deleting' AND owner = 'late' AND noted_at > ?`,
    );
    this.#onceMore = db.prepare(
      `UPDATE _alyx_pending_objects SET owner = 'again' WHERE backend = ? AND bucket = ? AND object_key = ?`,
    );
    this.#listDeleting = db.prepare(
      `SELECT backend, bucket, object_key AS objectKey FROM _alyx_pending_objects
       WHERE state = 'deleting' AND noted_at <= ? ORDER BY owner, backend, bucket, object_key LIMIT ? OFFSET ?`,
    );
    this.#held = db.prepare(`SELECT 1 FROM _alyx_backups WHERE holds_until > unixepoch('subsec') * 1000`);
    this.#remove = db.prepare(
      `DELETE FROM _alyx_pending_objects WHERE state = 'deleting' AND backend = ? AND bucket = ? AND object_key = ?`,
    );
  }

  /** Notes objects that are about to be written. */
  note(places: readonly ObjectPlace[], owner: string, now: number): Promise<void> {
    return this.#db.write(() => {
      for (const { backend, bucket, objectKey } of places)
        this.#note.run(backend, bucket, objectKey, owner, now);
    });
  }

  /**
   * Orders the bytes of an object that got no row to be deleted; false when nothing is noted of it any more, as after
   * it got one.
   */
  doom({ backend, bucket, objectKey }: ObjectPlace): Promise<boolean> {
    return this.#db.write(() => this.#doom.run(backend, bucket, objectKey).changes > 0);
  }

  /** Orders objects that no row and no live process knows to be deleted. */
  order(places: readonly ObjectPlace[], owner: string, now: number): Promise<void> {
    return this.#db.write(() => {
      for (const { backend, bucket, objectKey } of places)
        this.#order.run(backend, bucket, objectKey, owner, now);
    });
  }

  /**
   * Orders everything that processes of this role left unfinished to be deleted, in the backends `late` not before
   * `until`; resolves to how many.
   */
  doomLeftovers(owner: string, { late, until }: LateWrites = NOTHING_LATE): Promise<number> {
    return this.#db.write(() => this.#doomAll.run({ owner, late: JSON.stringify(late), until }).changes);
  }

  /** Objects that the dead may have written, or may still write until the order to delete them is due. */
  async listLate(now: number): Promise<ObjectPlace[]> {
    return this.#listLate.all(now) as ObjectPlace[];
  }

  /** Late objects that were deleted, and are to be deleted once more when the order is due. */
  onceMore(places: readonly ObjectPlace[]): Promise<void> {
    return this.#db.write(() => {
      for (const { backend, bucket, objectKey } of places) this.#onceMore.run(backend, bucket, objectKey);
    });
  }

  /** Objects whose bytes are to be deleted, as far as it is time for it. */
  async listDeleting(now: number, limit: number, offset: number): Promise<ObjectPlace[]> {
    const places = this.#listDeleting.all(now, limit, offset) as ObjectPlace[];
    // A power cut must not bring a row back whose bytes are gone.
    await this.#db.settled();
    return places;
  }

  /** Whether a backup is under way whose snapshot may name what is to be deleted. */
  async areDeletionsHeld(): Promise<boolean> {
    return this.#held.get() !== undefined;
  }

  /** Forgets objects whose bytes are gone. */
  remove(places: readonly ObjectPlace[]): Promise<void> {
    return this.#db.write(() => {
      for (const { backend, bucket, objectKey } of places) this.#remove.run(backend, bucket, objectKey);
    });
  }
}
