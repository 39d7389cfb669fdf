import type { Database } from '../db/database.ts';
import { PreparedStatements } from '../db/prepared-statements.ts';
import { queryKey } from '../db/query-key.ts';
import type { Collection, Schema } from '../schema/schema.ts';
import { storageOf, type SqlValue } from './column.ts';
import type { RecordCounts } from './record-counts.ts';
import { toRecord, type Row } from './record-row.ts';
import {
  countTerms,
  orderClause,
  whereClause,
  type RecordSelection,
  type WhereClause,
} from './record-selection.ts';
import type { RecordValues } from './record.ts';
import { sqlName } from './sql-name.ts';

export interface RecordPage {
  readonly records: readonly RecordValues[];
  /** How many records the selection holds in all. */
  readonly total: number;
}

/** Pages of the collections' tables. */
export class RecordListRepository {
  readonly #schema: Schema;
  readonly #counts: RecordCounts;
  readonly #statements: PreparedStatements;

  constructor(db: Database, schema: Schema, counts: RecordCounts) {
    this.#schema = schema;
    this.#statements = new PreparedStatements(db);
    this.#counts = counts;
  }

  async page(selection: RecordSelection, limit: number, offset: number): Promise<RecordPage> {
    const { collection } = selection;
    const total = this.#count(selection);
    if (offset >= total) return { records: [], total };
    const where = whereClause(selection);
    const query = this.#isQuickerInOrder(selection, total, offset + limit)
      ? `${from(collection, unindexed(where))} ${orderClause(selection)}`
      : `${from(collection, where)} ${orderClause(selection, '+')}`;
    const sql = `SELECT * FROM ${query} LIMIT ? OFFSET ?`;
    const rows = this.#statements.get(sql).all(...where.params, limit, offset) as Row[];
    return { records: rows.map((row) => toRecord(collection, row)), total };
  }

  /** The row ids of the whole selection, in its order: a list that a row-by-row rule can be run over in portions. */
  async rowIds(selection: RecordSelection): Promise<number[]> {
    const where = whereClause(selection);
    const sql = `SELECT _rowid_ AS id FROM ${from(selection.collection, where)} ${orderClause(selection)}`;
    return (this.#statements.get(sql).all(...where.params) as { id: number }[]).map(({ id }) => id);
  }

  /** The records with these row ids that are still there, in the order of the ids. */
  async findRows(collection: Collection, rowIds: readonly number[]): Promise<RecordValues[]> {
    const sql = `SELECT _rowid_ AS "_alyx_rowid", * FROM ${sqlName(collection.name)}
      WHERE _rowid_ IN (SELECT value FROM json_each(?))`;
    const rows = this.#statements.get(sql).all(JSON.stringify(rowIds)) as Row[];
    const byId = new Map(rows.map((row) => [row['_alyx_rowid'], row]));
    return rowIds.flatMap((id) => {
      const row = byId.get(id);
      return row === undefined ? [] : [toRecord(collection, row)];
    });
  }

  /**
   * Either SQLite collects what matches, by an index or by reading the table from end to end, and sorts it; or it walks
   * along the order and tries the condition on each row until the page is full. It has no idea how many match; we do.
   */
  #isQuickerInOrder(selection: RecordSelection, total: number, wanted: number): boolean {
    const all = this.#count({ ...selection, filters: [], search: null, alternatives: null });
    return (all / total) * wanted < total;
  }

  #count(selection: RecordSelection): number {
    return countTerms(selection).reduce((sum, term) => sum + this.#countWhere(selection.collection, term), 0);
  }

  #countWhere(collection: Collection, where: WhereClause): number {
    // Changes whenever another process (a restored backup, the sqlite3 shell) has written.
    const { version } = this.#statements
      .get('SELECT data_version AS version FROM pragma_data_version')
      .get() as {
      version: number;
    };
    const key = `${version} ${queryKey(where.sql, where.params)}`;
    const table = sqlName(collection.name);
    return this.#counts.remember(collection.name, key, {
      count: () => this.#counter(table, where)([]),
      countBefore: (rows) => {
        const count = this.#counter(this.#rowAsTable(collection), where);
        return rows.reduce((sum, row) => sum + count(row), 0);
      },
      countOf: (keys) => this.#counter(table, onlyRecords(collection, where))([JSON.stringify(keys)]),
    });
  }

  /** Counts the rows of `table` that the condition holds for; takes the parameters that come before the condition's. */
  #counter(table: string, { sql, params }: WhereClause): (first: readonly SqlValue[]) => number {
    const statement = this.#statements.get(`SELECT count(*) AS n FROM ${table}${whereSql(sql)}`);
    return (first) => (statement.get(...first, ...params) as { n: number }).n;
  }

  /** A table of one row, given as parameters; its columns compare like those of the collection's table. */
  #rowAsTable({ fields }: Collection): string {
    const columns = [...fields.values()].map(
      (field) => `CAST(? AS ${storageOf(field, this.#schema).sql}) AS ${sqlName(field.name)}`,
    );
    return `(SELECT ${columns.join(', ')})`;
  }
}

/** The condition on some records, found by their keys, which are the first parameter, as a JSON list. */
function onlyRecords({ primaryKey }: Collection, where: WhereClause): WhereClause {
  const areThey = `${sqlName(primaryKey)} IN (SELECT value FROM json_each(?))`;
  const { sql, params } = unindexed(where);
  return { sql: sql === '' ? areThey : `${areThey} AND ${sql}`, params };
}

function from({ name }: Collection, { sql }: WhereClause): string {
  return `${sqlName(name)}${whereSql(sql)}`;
}

function whereSql(condition: string): string {
  return condition === '' ? '' : ` WHERE ${condition}`;
}

/** Under IS TRUE no index serves the condition, so that the one of the order or of the key does. */
function unindexed({ sql, params }: WhereClause): WhereClause {
  return { sql: sql === '' ? '' : `(${sql}) IS TRUE`, params };
}
