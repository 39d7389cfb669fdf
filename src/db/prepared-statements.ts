import type { Database } from './database.ts';

export type Statement = ReturnType<Database['prepare']>;

/** Shapes of one repository's queries that are kept: a rule's condition makes one of its own. */
const CAPACITY = 200;

/** Statements whose text is put together at run time, each prepared once. */
export class PreparedStatements {
  readonly #db: Database;
  readonly #known = new Map<string, Statement>();

  constructor(db: Database) {
    this.#db = db;
  }

  get(sql: string): Statement {
    const known = this.#known.get(sql);
    if (known !== undefined) return known;
    if (this.#known.size >= CAPACITY) this.#known.clear();
    const statement = this.#db.prepare(sql);
    this.#known.set(sql, statement);
    return statement;
  }
}
