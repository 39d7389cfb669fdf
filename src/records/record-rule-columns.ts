import type { SqlColumn } from '../rules/sql/sql-column.ts';
import type { Collection, Field } from '../schema/schema.ts';
import { isList } from './column.ts';
import { sqlName } from './sql-name.ts';

const COLUMN_TYPES = {
  int: 'int',
  float: 'double',
  bool: 'bool',
  timestamp: 'timestamp',
  json: 'json',
} as const;

const known = new WeakMap<Collection, ReadonlyMap<string, SqlColumn>>();

/** The members of `doc` that a rule can look at in SQL. */
export function recordRuleColumns(collection: Collection): ReadonlyMap<string, SqlColumn> {
  const columns = known.get(collection) ?? makeColumns(collection);
  known.set(collection, columns);
  return columns;
}

function makeColumns(collection: Collection): ReadonlyMap<string, SqlColumn> {
  const fields = [...collection.fields.values()].filter(({ type }) => type !== 'blob');
  return new Map(
    fields.map((field) => [
      field.name,
      { sql: sqlName(field.name), type: columnType(field), nullable: field.nullable },
    ]),
  );
}

function columnType(field: Field): SqlColumn['type'] {
  if (isList(field)) return 'list';
  const { type } = field;
  return type in COLUMN_TYPES ? COLUMN_TYPES[type as keyof typeof COLUMN_TYPES] : 'string';
}
