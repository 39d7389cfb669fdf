import type { JsonValue } from '../lib/json.ts';

/** A record's fields as JSON carries them, internal ones too. Times are RFC 3339 text, blobs Base64. */
export type RecordValues = Readonly<Record<string, JsonValue>>;

/** A primary key's value. */
export type RecordKey = string | number;
