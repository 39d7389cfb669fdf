import type { Database } from './database.ts';

export type Statement = ReturnType<Database['prepare']>;

/** Shapes of one repository's queries that are kept: a rule's condition makes one of its own. */
const CAPACITY = 200;

/** Statements whose text is put together at run time, each prepared once; every `?` in one is a parameter. */
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
    const statement = this.#db.prepare(withoutPeeking(sql));
    this.#known.set(sql, statement);
    return statement;
  }
}

/**
 * SQLite plans a statement anew for each execution when what is bound may tell it something: to LIMIT, say, or to a column
 * that another index begins with. That takes longer than reading some rows. It does not look under a unary plus.
 */
function withoutPeeking(sql: string): string {
  return sql.replaceAll('?', '+?');
}
