import type { JsonValue } from '../lib/json.ts';

/**
 * A JSON value as CEL sees it: numbers are doubles, as its definition says; objects are Maps, which have no prototype
 * to be asked for members; a member that is null is absent.
 */
export function celValue(value: JsonValue): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(celValue);
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return new Map(members.map(([key, member]) => [key, celValue(member)]));
}
