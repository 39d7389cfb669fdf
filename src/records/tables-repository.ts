import type { Database } from '../db/database.ts';
import type { SqlValue } from './column.ts';
import { sqlName } from './sql-name.ts';
import type { ColumnDefinition, IndexDefinition, TableDefinition } from './table-definition.ts';

/** The tables of the collections themselves: what they look like, and changing that. Start-up only, synchronous. */
export class TablesRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Runs `work` in one transaction with foreign keys off, as a rebuild of tables needs it; undone when it throws. */
  transaction(work: () => void): void {
    this.#db.exec('PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE');
    try {
      work();
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    } finally {
      this.#db.exec('PRAGMA foreign_keys = ON');
    }
  }

  definitions(): Map<string, TableDefinition> {
    const rows = this.#db.prepare('SELECT name, definition FROM _alyx_collections').all() as {
      name: string;
      definition: string;
    }[];
    return new Map(rows.map(({ name, definition }) => [name, JSON.parse(definition) as TableDefinition]));
  }

  saveDefinition(name: string, definition: TableDefinition): void {
    this.#db
      .prepare('INSERT OR REPLACE INTO _alyx_collections (name, definition) VALUES (?, ?)')
      .run(name, JSON.stringify(definition));
  }

  create(name: string, columns: readonly ColumnDefinition[]): void {
    const list = columns.map((column) => `${sqlName(column.name)} ${column.sql}`).join(', ');
    this.#db.exec(`CREATE TABLE ${sqlName(name)} (${list}) STRICT`);
  }

  drop(name: string): void {
    this.#db.exec(`DROP TABLE ${sqlName(name)}`);
    this.#db.prepare('DELETE FROM _alyx_collections WHERE name = ?').run(name);
  }

  /** Gives the table other columns; `kept` are copied, the others start empty. SQLite's own recipe: copy, drop, rename. */
  rebuild(name: string, columns: readonly ColumnDefinition[], kept: readonly string[]): void {
    const draft = `_alyx_rebuild_${name}`;
    const list = kept.map(sqlName).join(', ');
    this.create(draft, columns);
    this.#db.exec(`
      INSERT INTO ${sqlName(draft)} (${list}) SELECT ${list} FROM ${sqlName(name)};
      DROP TABLE ${sqlName(name)};
      ALTER TABLE ${sqlName(draft)} RENAME TO ${sqlName(name)}`);
  }

  /** Fills a new column: with one value, or with a fresh one for each row. */
  fill(name: string, column: string, next: () => SqlValue): void {
    const set = this.#db.prepare(`UPDATE ${sqlName(name)} SET ${sqlName(column)} = ? WHERE rowid = ?`);
    const rows = this.#db.prepare(`SELECT rowid FROM ${sqlName(name)}`).all() as { rowid: number }[];
    for (const { rowid } of rows) set.run(next(), rowid);
  }

  createIndex(table: string, { name, fields, unique }: IndexDefinition): void {
    const columns = fields.map(sqlName).join(', ');
    this.#db.exec(
      `CREATE ${unique ? 'UNIQUE ' : ''}INDEX IF NOT EXISTS ${sqlName(name)} ON ${sqlName(table)} (${columns})`,
    );
  }

  dropIndex(name: string): void {
    this.#db.exec(`DROP INDEX IF EXISTS ${sqlName(name)}`);
  }

  countRows(name: string): number {
    return this.#count(`SELECT count(*) AS n FROM ${sqlName(name)}`);
  }

  countValues(name: string, column: string): number {
    return this.#count(`SELECT count(${sqlName(column)}) AS n FROM ${sqlName(name)}`);
  }

  countNulls(name: string, column: string): number {
    return this.#count(`SELECT count(*) AS n FROM ${sqlName(name)} WHERE ${sqlName(column)} IS NULL`);
  }

  /** How many combinations of values occur more than once. */
  countDuplicates(name: string, fields: readonly string[]): number {
    const columns = fields.map(sqlName).join(', ');
    const present = fields.map((field) => `${sqlName(field)} IS NOT NULL`).join(' AND ');
    return this.#count(`SELECT count(*) AS n FROM (
      SELECT 1 FROM ${sqlName(name)} WHERE ${present} GROUP BY ${columns} HAVING count(*) > 1)`);
  }

  #count(sql: string): number {
    return (this.#db.prepare(sql).get() as { n: number }).n;
  }
}
