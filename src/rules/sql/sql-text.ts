import { Untranslatable } from './untranslatable.ts';

export type SqlParam = string | number | bigint;

/** A piece of SQL with the values of its question marks. */
export interface SqlText {
  readonly sql: string;
  readonly params: readonly SqlParam[];
}

/** Some operators write their operands twice; this keeps that from growing without end. */
const MAX_LENGTH = 20_000;
const MAX_PARAMS = 1_000;

/** Joins pieces of SQL: what stands between the holes is written as it is, and is never made of data. */
export function sql(strings: TemplateStringsArray, ...parts: readonly SqlText[]): SqlText {
  const text = String.raw({ raw: strings }, ...parts.map((part) => part.sql));
  const params = parts.flatMap((part) => part.params);
  if (text.length > MAX_LENGTH || params.length > MAX_PARAMS) throw new Untranslatable();
  return { sql: text, params };
}

export function bound(value: SqlParam): SqlText {
  return { sql: '?', params: [value] };
}

export function joinSql(parts: readonly SqlText[], separator: ', ' | ' AND '): SqlText {
  return { sql: parts.map((part) => part.sql).join(separator), params: parts.flatMap((part) => part.params) };
}

/** Text that stands in the schema, or in this program. */
export function written(text: string): SqlText {
  return { sql: text, params: [] };
}

export const NULL = written('NULL');
