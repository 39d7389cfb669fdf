import type { JsonValue } from '../lib/json.ts';
import { keyType } from '../schema/field-json.ts';
import { valueProblem } from '../schema/field-value.ts';
import type { Field, Schema } from '../schema/schema.ts';

/** Why the field of a record cannot hold a value, as in "must be …"; null if it can. The value is not null itself. */
export function recordValueProblem(schema: Schema, field: Field, value: JsonValue): string | null {
  return (
    valueProblem(field, value) ??
    (field.primary ? keyProblem(value) : null) ??
    blobProblem(field, value) ??
    filesProblem(field, value) ??
    relationProblem(schema, field, value)
  );
}

/** A key is the last part of its record's address: what a URL cannot carry there could never be asked for. */
const KEY = /^(?!\.{1,2}$)[^/\\\p{Cc}]{1,200}$/u;

function keyProblem(value: JsonValue): string | null {
  if (typeof value !== 'string' || KEY.test(value)) return null;
  return 'must be 1 to 200 characters, without slashes and control characters, to be a primary key';
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function blobProblem(field: Field, value: JsonValue): string | null {
  if (field.type !== 'blob') return null;
  const text = value as string;
  // Bits beyond the last byte would be lost on the way: two texts for the same bytes.
  return BASE64.test(text) && Buffer.from(text, 'base64').toString('base64') === text
    ? null
    : 'must be Base64 text';
}

function filesProblem(field: Field, value: JsonValue): string | null {
  if (field.type !== 'file[]' || !Array.isArray(value)) return null;
  const max = field.file?.maxFiles ?? null;
  if (max !== null && value.length > max) return `must hold at most ${max} files`;
  return new Set(value).size < value.length ? 'must not name a file twice' : null;
}

function relationProblem(schema: Schema, { relation }: Field, value: JsonValue): string | null {
  if (relation === undefined) return null;
  const isNumber = keyType(schema, relation) === 'int';
  if (isNumber === (typeof value === 'number')) return null;
  return `must be a key of "${relation.collection}", which is ${isNumber ? 'a whole number' : 'text'}`;
}
