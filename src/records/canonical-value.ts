import { toTimestamp } from '../lib/clock.ts';
import type { JsonValue } from '../lib/json.ts';
import { isList } from '../schema/field-json.ts';
import type { Field } from '../schema/schema.ts';

/** One spelling for each valid value: times in UTC with milliseconds, a choice of several as a list. */
export function canonicalValue(field: Field, value: JsonValue): JsonValue {
  if (value === null) return null;
  if (field.type === 'timestamp') return toTimestamp(Date.parse(value as string));
  return isList(field) && !Array.isArray(value) ? [value] : value;
}
