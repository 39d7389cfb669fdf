import type { Database } from '../db/database.ts';
import { PreparedStatements } from '../db/prepared-statements.ts';
import { queryKey } from '../db/query-key.ts';
import type { SqlCondition } from '../rules/sql/sql-condition.ts';
import { FILE_JSON } from './file-json.ts';
import { FILE_COLUMNS, toStoredFile, type FileRow } from './file-row.ts';
import type { StoredFile } from './stored-file.ts';

/** What a list can be ordered by; the id breaks ties, so that every order is total. */
export const FILE_SORTS = { created_at: 'created_at', name: 'name', size: 'size' } as const;
export type FileSort = keyof typeof FILE_SORTS;

export interface FileFilter {
  /** Null = every bucket. */
  readonly bucket: string | null;
  /** Part of the name, ASCII letters in either case. */
  readonly search: string | null;
  /** `image/png` or `image/*`. */
  readonly mimeType: string | null;
  /** What the `read` rule demands of a row, for this caller. */
  readonly condition: SqlCondition | null;
  readonly ownerId?: string | undefined;
  /** True: only files whose bytes are gone. */
  readonly missing?: boolean | undefined;
}

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

/** Counts kept; with one more they are all made anew. */
const MAX_COUNTS = 1000;

/** Pages through `_alyx_files` by keyset, so that a deep page costs what the first one does. */
export class FileListRepository {
  readonly #db: Database;
  readonly #statements: PreparedStatements;
  /** What was counted since the database changed last: a list asks for its total with every page. */
  readonly #counts = new Map<string, number>();
  #countedAt = '';

  constructor(db: Database) {
    this.#db = db;
    this.#statements = new PreparedStatements(db);
  }

  async page(page: FilePage): Promise<StoredFile[]> {
    const { sql, params } = pageQuery(FILE_COLUMNS, page);
    return (this.#statements.get(sql).all(...params) as FileRow[]).map(toStoredFile);
  }

  /** The same page, each file as the text of its JSON. */
  async texts(page: FilePage): Promise<string[]> {
    const { sql, params } = pageQuery(FILE_JSON, page);
    return this.#statements
      .get(sql)
      .pluck()
      .all(...params) as string[];
  }

  async count(filter: FileFilter): Promise<number> {
    if (isWhole(filter)) return this.#keptCount(filter.bucket);
    const { sql, params } = whereClause(filter);
    const mark = this.#db.changeMark();
    if (mark !== this.#countedAt || this.#counts.size >= MAX_COUNTS) this.#counts.clear();
    this.#countedAt = mark;
    const key = queryKey(sql, params);
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    const total = this.#countWhere(sql, params);
    this.#counts.set(key, total);
    return total;
  }

  #countWhere(sql: string, params: readonly unknown[]): number {
    const statement = this.#statements.get(`SELECT count(*) AS total FROM _alyx_files WHERE ${sql}`);
    return (statement.get(...params) as { total: number }).total;
  }

  #keptCount(bucket: string | null): number {
    const sql = `SELECT coalesce(sum(files), 0) AS total FROM _alyx_bucket_usage
      WHERE ${bucket === null ? '1' : 'bucket = ?'}`;
    return (this.#statements.get(sql).get(...(bucket === null ? [] : [bucket])) as { total: number }).total;
  }
}

/** The `columns` of a page. */
function pageQuery(columns: string, { filter, order, limit, after, offset }: FilePage): Condition {
  const column = FILE_SORTS[order.by];
  const direction = order.descending ? 'DESC' : 'ASC';
  const where = whereClause(filter);
  if (after !== null) {
    where.sql += ` AND (${column}, id) ${order.descending ? '<' : '>'} (?, ?)`;
    where.params.push(after.value, after.id);
  }
  // They are few, which SQLite does not know: it would walk along the order past all the others.
  const index = filter.missing === true ? 'INDEXED BY _alyx_files_missing' : '';
  const sql = `SELECT ${columns} FROM _alyx_files ${index} WHERE ${where.sql}
    ORDER BY ${column} ${direction}, id ${direction} LIMIT ? OFFSET ?`;
  return { sql, params: [...where.params, limit, offset] };
}

/** True for all files of a bucket, or of every bucket: their number is kept. */
function isWhole({ search, mimeType, condition, ownerId, missing }: FileFilter): boolean {
  const filters = [search, mimeType, condition, ownerId, missing];
  return filters.every((filter) => filter === null || filter === undefined || filter === false);
}

interface Condition {
  readonly sql: string;
  readonly params: readonly unknown[];
}

function whereClause(filter: FileFilter): { sql: string; params: unknown[] } {
  const conditions = [
    ofBucket(filter),
    filter.ownerId === undefined ? null : { sql: 'owner_id = ?', params: [filter.ownerId] },
    filter.missing === true ? { sql: 'bytes_missing = 1', params: [] } : null,
    ofType(filter.mimeType),
    ofName(filter.search),
    filter.condition === null ? null : { ...filter.condition, sql: `(${filter.condition.sql})` },
  ].filter((condition) => condition !== null);
  return {
    sql: conditions.map(({ sql }) => sql).join(' AND ') || '1',
    params: conditions.flatMap(({ params }) => params),
  };
}

function ofBucket({ bucket, ownerId }: FileFilter): Condition | null {
  if (bucket !== null) return { sql: 'bucket = ?', params: [bucket] };
  // The index by owner begins with the bucket.
  if (ownerId === undefined) return null;
  return { sql: 'bucket IN (SELECT bucket FROM _alyx_bucket_usage)', params: [] };
}

function ofType(mimeType: string | null): Condition | null {
  if (mimeType === null) return null;
  if (!mimeType.endsWith('/*')) return { sql: 'mime_type = ?', params: [mimeType] };
  const family = mimeType.slice(0, -1);
  // '0' is the character after '/': the range holds exactly what starts with "image/".
  return { sql: 'mime_type >= ? AND mime_type < ?', params: [family, `${family.slice(0, -1)}0`] };
}

function ofName(search: string | null): Condition | null {
  if (search === null) return null;
  return { sql: `name LIKE ? ESCAPE '\\'`, params: [`%${search.replace(/[\\%_]/g, '\\$&')}%`] };
}
