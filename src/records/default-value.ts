import { toTimestamp, type Clock } from '../lib/clock.ts';
import type { NewId } from '../lib/ids.ts';
import type { JsonValue } from '../lib/json.ts';
import type { Field } from '../schema/schema.ts';
import { canonicalValue } from './canonical-value.ts';

export interface DefaultSources {
  readonly clock: Clock;
  readonly newId: NewId;
}

/** Whether the field gets a value where none is given, so that a required one may be left out. */
export function hasDefault(field: Field): boolean {
  return field.default !== undefined || field.onUpdate !== undefined || field.type === 'file[]';
}

/** What the field holds where nobody gave a value; null if it has no default. */
export function defaultValue(sources: DefaultSources, field: Field): JsonValue {
  if (field.default?.kind === 'value') return canonicalValue(field, field.default.value);
  if (field.default?.kind === 'auto') return sources.newId();
  if (field.default?.kind === 'now' || field.onUpdate === 'now') return currentTime(sources, field);
  return field.type === 'file[]' && !field.nullable ? [] : null;
}

/** The time, as the field writes it. */
export function currentTime({ clock }: DefaultSources, field: Field): string {
  const time = toTimestamp(clock());
  return field.type === 'date' ? time.slice(0, 10) : time;
}
