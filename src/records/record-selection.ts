import type { SqlCondition } from '../rules/sql/sql-condition.ts';
import type { Collection, Field } from '../schema/schema.ts';
import type { SqlValue } from './column.ts';
import { filterToSql, type RecordFilter } from './record-filter.ts';
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
  /** What the `read` rule demands of a row, for this caller: one of these; null = nothing. */
  readonly alternatives: readonly SqlCondition[] | null;
  readonly order: readonly RecordOrder[];
}

export interface WhereClause {
  /** Empty = every row. */
  readonly sql: string;
  readonly params: readonly (SqlValue | bigint)[];
}

export function whereClause({ alternatives, ...selection }: RecordSelection): WhereClause {
  const allowed = alternatives === null ? [] : [anyOf(alternatives)];
  return allOf([...ownConditions(selection), ...allowed]);
}

/**
 * Conditions of which every selected row fulfils exactly one. What a rule opens to everybody is then counted apart
 * from what it opens to this caller: the one count serves all callers, the other is small and found by an index.
 */
export function countTerms({ alternatives, ...selection }: RecordSelection): WhereClause[] {
  const own = ownConditions(selection);
  if (alternatives === null) return [allOf(own)];
  return alternatives.map((condition, position) => {
    const earlier = alternatives
      .slice(0, position)
      .map(({ sql, params }) => ({ sql: `(${sql}) IS NOT TRUE`, params }));
    return allOf([...own, { ...condition, sql: `(${condition.sql})` }, ...earlier]);
  });
}

/**
 * The primary key breaks ties, so that every order is total and pages neither overlap nor leave gaps. With a plus before
 * each term no index serves the order.
 */
export function orderClause({ collection, order }: RecordSelection, sign: '' | '+' = ''): string {
  const terms = order.map(
    ({ field, descending }) => `${sign}${sqlName(field.name)} ${descending ? 'DESC' : 'ASC'}`,
  );
  const last = order.at(-1)?.descending === true ? 'DESC' : 'ASC';
  return `ORDER BY ${[...terms, `${sign}${sqlName(collection.primaryKey)} ${last}`].join(', ')}`;
}

function ownConditions({ filters, search }: Pick<RecordSelection, 'filters' | 'search'>): WhereClause[] {
  const conditions: WhereClause[] = filters.map(filterToSql);
  if (search === null) return conditions;
  const pattern = `%${search.text.replace(/[\\%_]/g, '\\$&')}%`;
  const matches = search.fields.map(({ name }) => ({
    sql: `${sqlName(name)} LIKE ? ESCAPE '\\'`,
    params: [pattern],
  }));
  return [...conditions, anyOf(matches)];
}

function allOf(conditions: readonly WhereClause[]): WhereClause {
  return join(conditions, ' AND ', '');
}

/** A choice of none is never fulfilled. */
function anyOf(conditions: readonly WhereClause[]): WhereClause {
  const { sql, params } = join(conditions, ' OR ', 'FALSE');
  return { sql: `(${sql})`, params };
}

function join(conditions: readonly WhereClause[], word: string, none: string): WhereClause {
  return {
    sql: conditions.length === 0 ? none : conditions.map(({ sql }) => sql).join(word),
    params: conditions.flatMap(({ params }) => [...params]),
  };
}
