import type { RuleBook } from '../rules/rule-book.ts';
import type { SqlColumn } from '../rules/sql/sql-column.ts';
import type { Collection, Field } from '../schema/schema.ts';
import { isList } from '../schema/field-json.ts';
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

/** The fields that decide who may read a record, in the order in which the rule names them. */
export function fieldsOfReadRule(rules: RuleBook, { name, fields }: Collection): Field[] {
  const members = [...(rules.collectionRule(name, 'read')?.members ?? [])];
  return members.flatMap((member) => {
    const field = member.startsWith('doc.') ? fields.get(member.slice('doc.'.length)) : undefined;
    return field === undefined || field.primary ? [] : [field];
  });
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
