import { AlyxError } from './alyx-error.ts';

type Value = string | number | boolean | Date;
type Conditions = Readonly<Record<string, Value | readonly Value[] | null | undefined>>;

/**
 * The filter as the API takes it: `field:operator:value`, one text per condition; all of them must hold. Null when
 * no record can meet it, because a value must be in an empty list.
 */
export function encodeFilter(filter: object | readonly object[] | undefined): string[] | null {
  const terms: string[] = [];
  for (const part of [filter ?? []].flat()) {
    for (const [field, written] of Object.entries(part) as [
      string,
      Value | Conditions | null | undefined,
    ][]) {
      if (written === undefined) continue;
      for (const [operator, value] of Object.entries(toConditions(written))) {
        if (value === undefined) continue;
        if (Array.isArray(value) && value.length === 0) return null;
        terms.push(term(field, operator, value));
      }
    }
  }
  return terms;
}

function toConditions(written: Value | Conditions | null): Conditions {
  const isValue = written === null || typeof written !== 'object' || written instanceof Date;
  return isValue ? { eq: written } : written;
}

function term(field: string, operator: string, value: Value | readonly Value[] | null): string {
  if (value === null) return `${field}:${operator === 'ne' ? 'not_null' : 'is_null'}`;
  if (!isList(value)) return `${field}:${operator}:${toText(value)}`;
  const texts = value.map(toText);
  const split = texts.find((text) => text.includes(','));
  if (split === undefined) return `${field}:${operator}:${texts.join(',')}`;
  throw new AlyxError('INVALID_QUERY', `"in" separates its values by commas, so "${split}" cannot be one.`, {
    details: { field, operator, value: split },
  });
}

function isList(value: Value | readonly Value[]): value is readonly Value[] {
  return Array.isArray(value);
}

function toText(value: Value): string {
  return value instanceof Date ? value.toISOString() : String(value);
}
