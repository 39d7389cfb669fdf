import { allOf } from '../db/condition.ts';
import type { Database } from '../db/database.ts';
import { KnownUntilChange } from '../db/known-until-change.ts';
import { PreparedStatements } from '../db/prepared-statements.ts';
import { queryKey } from '../db/query-key.ts';
import { countTerms, isWhole, whereClause, type FileFilter, type WhereClause } from './file-filter.ts';
import { FILE_JSON } from './file-json.ts';
import { FILE_COLUMNS, toStoredFile, type FileRow } from './file-row.ts';
import type { StoredFile } from './stored-file.ts';

/** What a list can be ordered by; the id breaks ties, so that every order is total. */
export const FILE_SORTS = { created_at: 'created_at', name: 'name', size: 'size' } as const;
export type FileSort = keyof typeof FILE_SORTS;

export interface FileOrder {
  readonly by: FileSort;
  readonly descending: boolean;
}

/** The last file of a page, by what it was ordered. */
export interface FilePosition {
  readonly value: string | number;
  readonly id: string;
}

export interface FilePage {
  readonly filter: FileFilter;
  readonly order: FileOrder;
  readonly limit: number;
  /** Start behind this file; then `offset` counts from there. */
  readonly after: FilePosition | null;
  readonly offset: number;
}

/** Pages through `_alyx_files` by keyset, so that a deep page costs what the first one does. */
export class FileListRepository {
  readonly #statements: PreparedStatements;
  /** A list asks for its total with every page. */
  readonly #counts: KnownUntilChange<number>;
  readonly #ownReadRules: KnownUntilChange<readonly string[]>;

  constructor(db: Database) {
    this.#statements = new PreparedStatements(db);
    this.#counts = new KnownUntilChange(db, () => 0);
    this.#ownReadRules = new KnownUntilChange(db, (texts) =>
      texts.reduce((sum, { length }) => sum + length, 0),
    );
  }

  async page(page: FilePage): Promise<StoredFile[]> {
    const { sql, params } = this.#pageQuery(FILE_COLUMNS, page);
    return (this.#statements.get(sql).all(...params) as FileRow[]).map(toStoredFile);
  }

  /** The same page, each file as the text of its JSON. */
  async texts(page: FilePage): Promise<string[]> {
    const { sql, params } = this.#pageQuery(FILE_JSON, page);
    return this.#statements
      .get(sql)
      .pluck()
      .all(...params) as string[];
  }

  async count(filter: FileFilter): Promise<number> {
    return this.#count(filter);
  }

  /** The `read` rules that files of the bucket have of their own, each once, at most `limit`; '' is one that is no text. */
  async ownReadRules(bucket: string, limit: number): Promise<readonly string[]> {
    return this.#ownReadRules.get(
      queryKey(bucket, [limit]),
      () =>
        this.#statements
          .get(
            `SELECT DISTINCT own_read_rule FROM _alyx_files WHERE bucket = ? AND own_read_rule IS NOT NULL LIMIT ?`,
          )
          .pluck()
          .all(bucket, limit) as string[],
    );
  }

  #count(filter: FileFilter): number {
    if (isWhole(filter)) return this.#keptCount(filter.bucket);
    return countTerms(filter).reduce((sum, term) => sum + this.#countWhere(term), 0);
  }

  #countWhere({ sql, params }: WhereClause): number {
    return this.#counts.get(queryKey(sql, params), () => {
      const statement = this.#statements.get(`SELECT count(*) AS total FROM _alyx_files WHERE ${sql}`);
      return (statement.get(...params) as { total: number }).total;
    });
  }

  #keptCount(bucket: string | null): number {
    const sql = `SELECT coalesce(sum(files), 0) AS total FROM _alyx_bucket_usage
      WHERE ${bucket === null ? '1' : 'bucket = ?'}`;
    return (this.#statements.get(sql).get(...(bucket === null ? [] : [bucket])) as { total: number }).total;
  }

  /** The `columns` of a page. */
  #pageQuery(columns: string, { filter, order, limit, after, offset }: FilePage): WhereClause {
    const column = FILE_SORTS[order.by];
    const direction = order.descending ? 'DESC' : 'ASC';
    const inOrder = `ORDER BY ${column} ${direction}, id ${direction}`;
    const areFew = this.#areFew(filter, offset + limit);
    const where = allOf([
      areFew ? oneByOne(filter) : whereClause(filter),
      ...(after === null ? [] : [isBehind(order, after)]),
    ]);
    // They are few, which SQLite does not know: it would walk along the order past all the others.
    const index = filter.missing === true ? 'INDEXED BY _alyx_files_missing' : '';
    const page = `_alyx_files ${index} WHERE ${where.sql} ${inOrder} LIMIT ? OFFSET ?`;
    const sql = areFew
      ? // Sorting keeps what it was given of every row.
        `SELECT ${columns} FROM _alyx_files WHERE rowid IN (SELECT rowid FROM ${page}) ${inOrder}`
      : `SELECT ${columns} FROM ${page}`;
    return { sql, params: [...where.params, limit, offset] };
  }

  /**
   * For a choice of conditions SQLite walks along the order and tries them on each row until the page is full. Where few
   * rows match, it is quicker to find those, each condition by its index, and to sort them: four times as long a row. It
   * has no idea how many match; we do.
   */
  #areFew(filter: FileFilter, wanted: number): boolean {
    if (filter.alternatives === null || filter.alternatives.length < 2) return false;
    const total = this.#count(filter);
    if (4 * total >= (this.#keptCount(filter.bucket) / total) * wanted) return false;
    return countTerms(filter).every((term) => this.#hasIndex(term));
  }

  /** Whether SQLite finds the rows by an index for more than their bucket. */
  #hasIndex({ sql, params }: WhereClause): boolean {
    const explained = this.#statements.get(`EXPLAIN QUERY PLAN SELECT rowid FROM _alyx_files WHERE ${sql}`);
    const [{ detail } = { detail: '' }] = explained.all(...params) as { detail: string }[];
    return detail.includes('(bucket=? AND ');
  }
}

/** The same files as `whereClause`, found by one condition after the other. */
function oneByOne(filter: FileFilter): WhereClause {
  const terms = countTerms(filter);
  const rows = terms.map(({ sql }) => `SELECT rowid FROM _alyx_files WHERE ${sql}`).join(' UNION ALL ');
  return { sql: `rowid IN (${rows})`, params: terms.flatMap(({ params }) => params) };
}

function isBehind({ by, descending }: FileOrder, { value, id }: FilePosition): WhereClause {
  return { sql: `(${FILE_SORTS[by]}, id) ${descending ? '<' : '>'} (?, ?)`, params: [value, id] };
}
