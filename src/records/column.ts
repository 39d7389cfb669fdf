import { toTimestamp } from '../lib/clock.ts';
import type { JsonValue } from '../lib/json.ts';
import { isList, keyType } from '../schema/field-json.ts';
import type { Field, FieldType, Schema } from '../schema/schema.ts';

type SqlType = 'TEXT' | 'INTEGER' | 'REAL' | 'BLOB';
export type SqlValue = string | number | Buffer | null;

/** How a field's values lie in SQLite. */
interface Storage {
  readonly sql: SqlType;
  /** Types of one family hold the same values, so that a field may change between them. */
  readonly family: string;
  readonly toSql: (value: JsonValue) => SqlValue;
  readonly fromSql: (value: SqlValue) => JsonValue;
}

const plain = {
  toSql: (value: JsonValue) => value as SqlValue,
  fromSql: (value: SqlValue) => value as JsonValue,
};
const text: Storage = { sql: 'TEXT', family: 'text', ...plain };
const integer: Storage = { sql: 'INTEGER', family: 'int', ...plain };
const json: Storage = {
  sql: 'TEXT',
  family: 'json',
  toSql: (value) => JSON.stringify(value),
  fromSql: (value) => JSON.parse(String(value)) as JsonValue,
};
const list: Storage = { ...json, family: 'list' };

const STORAGE: Readonly<Record<FieldType, Storage>> = {
  id: text,
  uuid: text,
  string: text,
  text,
  richtext: text,
  int: integer,
  float: { sql: 'REAL', family: 'float', ...plain },
  bool: {
    sql: 'INTEGER',
    family: 'bool',
    toSql: (value) => (value === true ? 1 : 0),
    fromSql: (value) => value === 1,
  },
  timestamp: {
    sql: 'INTEGER',
    family: 'time',
    toSql: (value) => Date.parse(value as string),
    fromSql: (value) => toTimestamp(Number(value)),
  },
  date: { ...text, family: 'date' },
  json,
  blob: {
    sql: 'BLOB',
    family: 'blob',
    toSql: (value) => Buffer.from(value as string, 'base64'),
    fromSql: (value) => (value as Buffer).toString('base64'),
  },
  email: text,
  url: text,
  select: text,
  relation: text,
  // Families of their own: what these fields hold is counted as a reference to a file.
  file: { ...text, family: 'file' },
  'file[]': { ...list, family: 'files' },
};

/** How the field is stored; a relation as the key that it points to. */
export function storageOf(field: Field, schema: Schema): Storage {
  if (field.type === 'select' && isList(field)) return list;
  return STORAGE[field.relation === undefined ? field.type : keyType(schema, field.relation)];
}

export function toSqlValue(field: Field, value: JsonValue | undefined): SqlValue {
  if (value === null || value === undefined) return null;
  return isList(field) ? list.toSql(value) : STORAGE[field.type].toSql(value);
}

export function fromSqlValue(field: Field, value: SqlValue | undefined): JsonValue {
  if (value === null || value === undefined) return null;
  return isList(field) ? list.fromSql(value) : STORAGE[field.type].fromSql(value);
}
