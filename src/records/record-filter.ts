import { likePattern } from '../db/like.ts';
import type { Field } from '../schema/schema.ts';
import { isList } from '../schema/field-json.ts';
import type { SqlValue } from './column.ts';
import { sqlName } from './sql-name.ts';

export const FILTER_OPERATORS = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'like',
  'in',
  'contains',
  'is_null',
  'not_null',
] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

/** One condition of a list, its values already of the field's type. */
export interface RecordFilter {
  readonly field: Field;
  readonly operator: FilterOperator;
  readonly values: readonly SqlValue[];
}

const COMPARISONS = { eq: '=', gt: '>', gte: '>=', lt: '<', lte: '<=', ne: 'IS NOT' } as const;

/**
 * Whether an item of a JSON list is what the query string writes, given as a number, if it is one, and as text. SQLite
 * spells doubles in its own way (1e21 as 1.0e+21), and reads true and false as 1 and 0.
 */
const IS_ITEM = `CASE
  WHEN each.type IN ('integer', 'real') THEN CAST(each.value AS REAL) = ?
  WHEN each.type IN ('true', 'false', 'null') THEN each.type = ?
  ELSE each.value = ? END`;

/** The column goes through a name of ours: json_each has columns called `value`, `key`, `type`, … of its own. */
const itemsOf = (column: string): string => `(SELECT ${column} AS _alyx_list), json_each(_alyx_list) AS each`;

/** The number that the text is, as JSON writes one; null if it is none. */
export function numberIn(text: string): number | null {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

/** The condition as SQL; what came from the request is in the parameters only. */
export function filterToSql({ field, operator, values }: RecordFilter): { sql: string; params: SqlValue[] } {
  const column = sqlName(field.name);
  const [value = null] = values;
  switch (operator) {
    case 'is_null':
      return { sql: `${column} IS NULL`, params: [] };
    case 'not_null':
      return { sql: `${column} IS NOT NULL`, params: [] };
    case 'in': {
      // JSON spells a large double like an integer, which SQLite would read as one that is next to it.
      const item = field.type === 'float' ? 'CAST(value AS REAL)' : 'value';
      return {
        sql: `${column} IN (SELECT ${item} FROM json_each(?))`,
        params: [JSON.stringify(values)],
      };
    }
    case 'like':
      return { sql: `${column} LIKE ? ESCAPE '\\'`, params: [likePattern(String(value))] };
    case 'contains':
      return isList(field) || field.type === 'json'
        ? {
            sql: `EXISTS (SELECT 1 FROM ${itemsOf(column)} WHERE ${IS_ITEM})`,
            params: [numberIn(String(value)), value, value],
          }
        : { sql: `instr(${column}, ?) > 0`, params: [value] };
    default:
      return { sql: `${column} ${COMPARISONS[operator]} ?`, params: [value] };
  }
}
