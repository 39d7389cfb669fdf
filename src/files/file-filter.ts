import { allOf, anyOf, apart, type Condition } from '../db/condition.ts';
import { partPattern } from '../db/like.ts';
import type { SqlCondition } from '../rules/sql/sql-condition.ts';

/** Which files. */
export interface FileFilter {
  /** Null = every bucket. */
  readonly bucket: string | null;
  /** Part of the name, ASCII letters in either case. */
  readonly search: string | null;
  /** `image/png` or `image/*`. */
  readonly mimeType: string | null;
  /** What the `read` rule demands of a row, for this caller: one of these; null = nothing. */
  readonly alternatives: readonly SqlCondition[] | null;
  readonly ownerId?: string | undefined;
  /** True: only files whose bytes are gone. */
  readonly missing?: boolean | undefined;
}

export type WhereClause = Condition<string | number | bigint | null>;

/** True for all files of a bucket, or of every bucket: their number is kept. */
export function isWhole({ search, mimeType, alternatives, ownerId, missing }: FileFilter): boolean {
  const filters = [search, mimeType, alternatives, ownerId, missing];
  return filters.every((filter) => filter === null || filter === undefined || filter === false);
}

export function whereClause({ alternatives, ...filter }: FileFilter): WhereClause {
  const allowed = alternatives === null ? [] : [anyOf(alternatives)];
  const { sql, params } = allOf([...ownConditions(filter), ...allowed]);
  return { sql: sql || 'TRUE', params };
}

/** Conditions of which every file that the filter leaves fulfils exactly one. */
export function countTerms({ alternatives, ...filter }: FileFilter): WhereClause[] {
  const own = ownConditions(filter);
  if (alternatives === null) return [allOf(own)];
  return apart(alternatives).map((term) => allOf([...own, term]));
}

function ownConditions(filter: Omit<FileFilter, 'alternatives'>): WhereClause[] {
  return [
    ofBucket(filter),
    filter.ownerId === undefined ? null : { sql: 'owner_id = ?', params: [filter.ownerId] },
    filter.missing === true ? { sql: 'bytes_missing = 1', params: [] } : null,
    ofType(filter.mimeType),
    ofName(filter.search),
  ].filter((condition) => condition !== null);
}

function ofBucket({ bucket, ownerId }: Pick<FileFilter, 'bucket' | 'ownerId'>): WhereClause | null {
  if (bucket !== null) return { sql: 'bucket = ?', params: [bucket] };
  // The index by owner begins with the bucket.
  if (ownerId === undefined) return null;
  return { sql: 'bucket IN (SELECT bucket FROM _alyx_bucket_usage)', params: [] };
}

function ofType(mimeType: string | null): WhereClause | null {
  if (mimeType === null) return null;
  if (!mimeType.endsWith('/*')) return { sql: 'mime_type = ?', params: [mimeType] };
  const family = mimeType.slice(0, -1);
  // '0' is the character after '/': the range holds exactly what starts with "image/".
  return { sql: 'mime_type >= ? AND mime_type < ?', params: [family, `${family.slice(0, -1)}0`] };
}

function ofName(search: string | null): WhereClause | null {
  if (search === null) return null;
  return { sql: `name LIKE ? ESCAPE '\\'`, params: [partPattern(search)] };
}
