import type { JsonValue } from '../lib/json.ts';
import type { Collection } from '../schema/schema.ts';

/** A record's fields as JSON carries them, internal ones too. Times are RFC 3339 text, blobs Base64. */
export type RecordValues = Readonly<Record<string, JsonValue>>;

/** A primary key's value. */
export type RecordKey = string | number;

/** The record's key as text, as its address and the references to files have it. */
export function keyOf({ primaryKey }: Collection, record: RecordValues): string {
  return `${record[primaryKey] as RecordKey}`;
}
