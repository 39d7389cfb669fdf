import type { Database } from '../db/database.ts';
import type { SqlCondition } from '../rules/sql/sql-condition.ts';
import { FILE_COLUMNS, toStoredFile, type FileRow } from './file-row.ts';
import type { StoredFile } from './stored-file.ts';

/** What a list can be ordered by; the id breaks ties, so that every order is total. */
export const FILE_SORTS = { created_at: 'created_at', name: 'name', size: 'size' } as const;
export type FileSort = keyof typeof FILE_SORTS;

export interface FileFilter {
  readonly bucket: string;
  /** Part of the name, ASCII letters in either case. */
  readonly search: string | null;
  /** `image/png` or `image/*`. */
  readonly mimeType: string | null;
  /** What the `read` rule demands of a row, for this caller. */
  readonly condition: SqlCondition | null;
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

type Statement = ReturnType<Database['prepare']>;

/** Shapes of list queries kept prepared; a rule's condition makes one of its own. */
const MAX_PREPARED = 200;

/** Pages through `_alyx_files` by keyset, so that a deep page costs what the first one does. */
export class FileListRepository {
  readonly #db: Database;
  readonly #prepared = new Map<string, Statement>();

  constructor(db: Database) {
    this.#db = db;
  }

  async page({ filter, order, limit, after, offset }: FilePage): Promise<StoredFile[]> {
    const column = FILE_SORTS[order.by];
    const direction = order.descending ? 'DESC' : 'ASC';
    const where = whereClause(filter);
    if (after !== null) {
      where.sql += ` AND (${column}, id) ${order.descending ? '<' : '>'} (?, ?)`;
      where.params.push(after.value, after.id);
    }
    const sql = `SELECT ${FILE_COLUMNS} FROM _alyx_files WHERE ${where.sql}
      ORDER BY ${column} ${direction}, id ${direction} LIMIT ? OFFSET ?`;
    const rows = this.#prepare(sql).all(...where.params, limit, offset) as FileRow[];
    return rows.map(toStoredFile);
  }

  async count(filter: FileFilter): Promise<number> {
    const unfiltered = filter.search === null && filter.mimeType === null && filter.condition === null;
    if (unfiltered) {
      const usage = this.#prepare('SELECT files AS total FROM _alyx_bucket_usage WHERE bucket = ?').get(
        filter.bucket,
      );
      return (usage as { total: number } | undefined)?.total ?? 0;
    }
    const where = whereClause(filter);
    const row = this.#prepare(`SELECT count(*) AS total FROM _alyx_files WHERE ${where.sql}`).get(
      ...where.params,
    );
    return (row as { total: number }).total;
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

function whereClause(filter: FileFilter): { sql: string; params: unknown[] } {
  const params: unknown[] = [filter.bucket];
  let sql = 'bucket = ?';
  if (filter.mimeType !== null) {
    const range = filter.mimeType.endsWith('/*');
    sql += range ? ' AND mime_type >= ? AND mime_type < ?' : ' AND mime_type = ?';
    const family = filter.mimeType.slice(0, -1);
    // '0' is the character after '/': the range holds exactly what starts with "image/".
    params.push(...(range ? [family, `${family.slice(0, -1)}0`] : [filter.mimeType]));
  }
  if (filter.search !== null) {
    sql += ` AND name LIKE ? ESCAPE '\\'`;
    params.push(`%${filter.search.replace(/[\\%_]/g, '\\$&')}%`);
  }
  if (filter.condition !== null) {
    sql += ` AND (${filter.condition.sql})`;
    params.push(...filter.condition.params);
  }
  return { sql, params };
}
