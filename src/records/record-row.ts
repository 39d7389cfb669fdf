import type { Collection } from '../schema/schema.ts';
import { fromSqlValue, toSqlValue, type SqlValue } from './column.ts';
import type { RecordValues } from './record.ts';

/** A row of a collection's table as SQLite gives it. */
export type Row = Readonly<Record<string, SqlValue>>;

export function toRecord(collection: Collection, row: Row): RecordValues {
  return Object.fromEntries(
    [...collection.fields.values()].map((field) => [field.name, fromSqlValue(field, row[field.name])]),
  );
}

/** The record's values in the order of the collection's fields. */
export function toRow(collection: Collection, record: RecordValues): SqlValue[] {
  return [...collection.fields.values()].map((field) => toSqlValue(field, record[field.name]));
}
