import type { Database } from '../db/database.ts';

/** `_alyx_open_backends`: the backends that the running server knows, for commands that move files beside it. */
export class OpenBackendsRepository {
  readonly #db: Database;
  readonly #clear;
  readonly #add;
  readonly #list;

  constructor(db: Database) {
    this.#db = db;
    this.#clear = db.prepare('DELETE FROM _alyx_open_backends');
    this.#add = db.prepare('INSERT INTO _alyx_open_backends VALUES (?)');
    this.#list = db.prepare('SELECT name FROM _alyx_open_backends');
  }

  /** Notes what a server that starts has opened, in place of what its predecessor had. */
  replace(names: readonly string[]): Promise<void> {
    return this.#db.write(() => {
      this.#clear.run();
      for (const name of names) this.#add.run(name);
    });
  }

  async names(): Promise<string[]> {
    return (this.#list.all() as { name: string }[]).map(({ name }) => name);
  }
}
