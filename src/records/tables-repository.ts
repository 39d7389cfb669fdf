import type { Database } from '../db/database.ts';
import { toAppError } from '../db/sqlite-error.ts';
import type { Reference } from '../schema/schema.ts';
import type { SqlValue } from './column.ts';
import { sqlName } from './sql-name.ts';
import type { ColumnDefinition, IndexDefinition, TableDefinition } from './table-definition.ts';

/** The tables of the collections themselves: what they look like, and changing that. Start-up only, synchronous. */
export class TablesRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Runs `work` in one transaction with foreign keys off, as a rebuild of tables needs it; undone when it throws. Throws
   * AppError where the disk is full, say.
   */
  transaction<T>(work: () => T): T {
    try {
      this.#db.exec('PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE');
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      this.#db.rollBack();
      throw toAppError(error);
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

  /** The columns that the table has, with their SQL types; none if there is no such table. */
  columns(name: string): Map<string, string> {
    const rows = this.#db.prepare('SELECT name, type FROM pragma_table_info(?)').all(name) as {
      name: string;
      type: string;
    }[];
    return new Map(rows.map((row) => [row.name, row.type]));
  }

  create(name: string, columns: readonly ColumnDefinition[]): void {
    const list = columns.map((column) => `${sqlName(column.name)} ${column.sql}`).join(', ');
    this.#db.exec(`CREATE TABLE ${sqlName(name)} (${list}) STRICT`);
  }

  drop(name: string): void {
    this.#db.exec(`DROP TABLE IF EXISTS ${sqlName(name)}`);
    this.#db.prepare('DELETE FROM _alyx_collections WHERE name = ?').run(name);
    this.#db.prepare('DELETE FROM _alyx_file_references WHERE collection = ?').run(name);
  }

  /** Takes no time, however many rows there are; they start empty. */
  addColumn(name: string, column: ColumnDefinition): void {
    this.#db.exec(`ALTER TABLE ${sqlName(name)} ADD COLUMN ${sqlName(column.name)} ${column.sql}`);
  }

  /**
   * Gives the table other columns; `kept` says in SQL what those get that do not start empty. SQLite's own recipe:
   * copy, drop, rename.
   */
  rebuild(name: string, columns: readonly ColumnDefinition[], kept: ReadonlyMap<string, string>): void {
    const draft = `_alyx_rebuild_${name}`;
    const list = [...kept.keys()].map(sqlName).join(', ');
    const values = [...kept.values()].join(', ');
    this.create(draft, columns);
    this.#db.exec(`
      INSERT INTO ${sqlName(draft)} (${list}) SELECT ${values} FROM ${sqlName(name)};
      DROP TABLE ${sqlName(name)};
      ALTER TABLE ${sqlName(draft)} RENAME TO ${sqlName(name)}`);
  }

  /** Fills a new column, asking for the value of each row. */
  fill(name: string, column: string, next: () => SqlValue): void {
    const set = this.#db.prepare(`UPDATE ${sqlName(name)} SET ${sqlName(column)} = ? WHERE _rowid_ = ?`);
    // A field may be called rowid; none can be called _rowid_.
    const rows = this.#db.prepare(`SELECT _rowid_ AS id FROM ${sqlName(name)}`).all() as { id: number }[];
    for (const { id } of rows) set.run(next(), id);
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

  /** How many rows hold a value that the other table does not have. */
  countDangling(name: string, column: string, reference: Reference): number {
    const value = sqlName(column);
    return this
      .#count(`SELECT count(*) AS n FROM ${sqlName(name)} AS own WHERE own.${value} IS NOT NULL AND NOT EXISTS
      (SELECT 1 FROM ${sqlName(reference.collection)} AS other WHERE other.${sqlName(reference.field)} = own.${value})`);
  }

  /** Enters the files that a field already holds, where they exist, as references to them. */
  noteFileReferences(name: string, primaryKey: string, column: string): void {
    const [table, key, value] = [name, primaryKey, column].map(sqlName);
    this.#db
      .prepare(
        `INSERT OR IGNORE INTO _alyx_file_references (file_id, collection, record_id, field)
         SELECT each.value, ?, CAST(own.${key} AS TEXT), ? FROM ${table} AS own,
           json_each(CASE WHEN json_valid(own.${value}) THEN own.${value} ELSE json_array(own.${value}) END) AS each
         WHERE each.value IN (SELECT id FROM _alyx_files)`,
      )
      .run(name, column);
  }

  forgetFileReferences(name: string, column: string): void {
    this.#db
      .prepare('DELETE FROM _alyx_file_references WHERE collection = ? AND field = ?')
      .run(name, column);
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
