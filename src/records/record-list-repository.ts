import type { Database } from '../db/database.ts';
import type { SqlCondition } from '../rules/sql/sql-condition.ts';
import type { Collection, Field } from '../schema/schema.ts';
import type { SqlValue } from './column.ts';
import { filterToSql, type RecordFilter } from './record-filter.ts';
import type { RecordValues } from './record.ts';
import { toRecord } from './records-repository.ts';
import { sqlName } from './sql-name.ts';

export interface RecordOrder {
  readonly field: Field;
  readonly descending: boolean;
}

/** Which records, in which order. */
export interface RecordSelection {
  readonly collection: Collection;
  readonly filters: readonly RecordFilter[];
  /** Part of any of these fields' text; null = no search. */
  readonly search: { readonly text: string; readonly fields: readonly Field[] } | null;
  /** What the `read` rule demands of a row, for this caller; null = nothing. */
  readonly condition: SqlCondition | null;
  readonly order: readonly RecordOrder[];
}

type Statement = ReturnType<Database['prepare']>;

/** Shapes of list queries kept prepared. */
const MAX_PREPARED = 200;

/** Pages of the collections' tables. */
export class RecordListRepository {
  readonly #db: Database;
  readonly #prepared = new Map<string, Statement>();

  constructor(db: Database) {
    this.#db = db;
  }

  async page(selection: RecordSelection, limit: number, offset: number): Promise<RecordValues[]> {
    const where = whereClause(selection);
    const sql = `SELECT * FROM ${where.sql} ${orderClause(selection)} LIMIT ? OFFSET ?`;
    const rows = this.#prepare(sql).all(...where.params, limit, offset) as Record<string, SqlValue>[];
    return rows.map((row) => toRecord(selection.collection, row));
  }

  async count(selection: RecordSelection): Promise<number> {
    const where = whereClause(selection);
    const row = this.#prepare(`SELECT count(*) AS n FROM ${where.sql}`).get(...where.params);
    return (row as { n: number }).n;
  }

  /** The row ids of the whole selection, in its order: a list that a row-by-row rule can be run over in portions. */
  async rowIds(selection: RecordSelection): Promise<number[]> {
    const where = whereClause(selection);
    const sql = `SELECT rowid AS id FROM ${where.sql} ${orderClause(selection)}`;
    return (this.#prepare(sql).all(...where.params) as { id: number }[]).map(({ id }) => id);
  }

  /** The records with these row ids that are still there, in the order of the ids. */
  async findRows(collection: Collection, rowIds: readonly number[]): Promise<RecordValues[]> {
    const sql = `SELECT rowid AS "_alyx_rowid", * FROM ${sqlName(collection.name)}
      WHERE rowid IN (SELECT value FROM json_each(?))`;
    const rows = this.#prepare(sql).all(JSON.stringify(rowIds)) as Record<string, SqlValue>[];
    const byId = new Map(rows.map((row) => [row['_alyx_rowid'], row]));
    return rowIds.flatMap((id) => {
      const row = byId.get(id);
      return row === undefined ? [] : [toRecord(collection, row)];
    });
  }

  #prepare(sql: string): Statement {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    if (this.#prepared.size >= MAX_PREPARED) this.#prepared.clear();
    const statement = this.#db.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }
}

function whereClause({ collection, filters, search, condition }: RecordSelection) {
  const parts = filters.map(filterToSql);
  if (search !== null) {
    const pattern = `%${search.text.replace(/[\\%_]/g, '\\$&')}%`;
    const columns = search.fields.map(({ name }) => `${sqlName(name)} LIKE ? ESCAPE '\\'`);
    parts.push({ sql: `(${columns.join(' OR ')})`, params: search.fields.map(() => pattern) });
  }
  if (condition !== null)
    parts.push({ sql: `(${condition.sql})`, params: [...condition.params] as SqlValue[] });
  const conditions = parts.length === 0 ? '' : ` WHERE ${parts.map(({ sql }) => sql).join(' AND ')}`;
  return { sql: `${sqlName(collection.name)}${conditions}`, params: parts.flatMap(({ params }) => params) };
}

/** The primary key breaks ties, so that every order is total and pages neither overlap nor leave gaps. */
function orderClause({ collection, order }: RecordSelection): string {
  const terms = order.map(({ field, descending }) => `${sqlName(field.name)} ${descending ? 'DESC' : 'ASC'}`);
  const last = order.at(-1)?.descending === true ? 'DESC' : 'ASC';
  return `ORDER BY ${[...terms, `${sqlName(collection.primaryKey)} ${last}`].join(', ')}`;
}
