import { allOf, anyOf, apart, type Condition } from '../db/condition.ts';
import { partPattern } from '../db/like.ts';
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

type WhereParam = SqlValue | bigint;
export type WhereClause = Condition<WhereParam>;

export function whereClause({ alternatives, ...selection }: RecordSelection): WhereClause {
  const allowed = alternatives === null ? [] : [anyOf(alternatives)];
  return allOf([...ownConditions(selection), ...allowed]);
}

/** Conditions of which every selected row fulfils exactly one. */
export function countTerms({ alternatives, ...selection }: RecordSelection): WhereClause[] {
  const own = ownConditions(selection);
  if (alternatives === null) return [allOf(own)];
  return apart<WhereParam>(alternatives).map((term) => allOf([...own, term]));
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
  const pattern = partPattern(search.text);
  const matches = search.fields.map(({ name }) => ({
    sql: `${sqlName(name)} LIKE ? ESCAPE '\\'`,
    params: [pattern],
  }));
  return [...conditions, anyOf(matches)];
}
