import type { Database } from '../db/database.ts';

/** `_alyx_damaged_files`: files whose stored bytes were found not to be what was uploaded. A deleted file's note goes with it. */
export class DamagedFilesRepository {
  readonly #db: Database;
  readonly #has;
  readonly #note;
  readonly #forget;

  constructor(db: Database) {
    this.#db = db;
    this.#has = db.prepare(`SELECT 1 FROM _alyx_damaged_files WHERE file_id = ?`);
    // Nothing where the file was deleted meanwhile.
    this.#note = db.prepare(
      `INSERT INTO _alyx_damaged_files SELECT id, :now FROM _alyx_files WHERE id = :id ON CONFLICT DO NOTHING`,
    );
    this.#forget = db.prepare(`DELETE FROM _alyx_damaged_files WHERE file_id = ?`);
  }

  async has(id: string): Promise<boolean> {
    return this.#has.get(id) !== undefined;
  }

  note(id: string, now: number): Promise<void> {
    return this.#db.write(() => void this.#note.run({ id, now }));
  }

  /** For a file whose bytes were read and are right. */
  forget(id: string): Promise<void> {
    return this.#db.write(() => void this.#forget.run(id));
  }
}
