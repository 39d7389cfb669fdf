import { isDeepStrictEqual } from 'node:util';
import { RE2JS, RE2JSSyntaxException } from 're2js';
import type { JsonValue } from '../lib/json.ts';
import { FIELD_TYPE_ROWS } from './field-types.ts';
import { FORMATS } from './formats.ts';
import type { Field, FieldValidation } from './schema.ts';

export type ValueLimits = Pick<Field, 'type' | 'validate' | 'select'>;

/** Why a field cannot hold a value, as in "must be …"; null if it can. The value is not null itself. */
export function valueProblem({ type, validate, select }: ValueLimits, value: JsonValue): string | null {
  const { accepts, expects } = FIELD_TYPE_ROWS[type];
  if (!accepts(value)) return `must be ${expects}`;
  if (select !== undefined) return selectProblem(select, value);
  if (validate.enum !== undefined && !validate.enum.some((allowed) => isDeepStrictEqual(allowed, value))) {
    return `must be one of: ${validate.enum.map(String).join(', ')}`;
  }
  if (typeof value === 'number') return numberProblem(validate, value);
  return typeof value === 'string' ? textProblem(validate, value) : null;
}

/** Patterns come from the schema only, so that there are few. */
const compiled = new Map<string, RE2JS>();

/** A pattern in RE2 syntax, which takes linear time on any text; null if it is none. */
export function compilePattern(pattern: string): RE2JS | null {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  try {
    const fresh = RE2JS.compile(pattern);
    compiled.set(pattern, fresh);
    return fresh;
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return null;
    throw error;
  }
}

function selectProblem({ values, maxSelect }: NonNullable<Field['select']>, value: JsonValue): string | null {
  const chosen = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  if (Array.isArray(value) && maxSelect === 1) return 'must be one value, not a list';
  if (chosen.length > maxSelect) return `must be at most ${maxSelect} values`;
  if (new Set(chosen).size < chosen.length) return 'must not hold a value twice';
  const isKnown = chosen.every((one) => typeof one === 'string' && values.includes(one));
  return isKnown ? null : `must be one of: ${values.join(', ')}`;
}

function numberProblem({ min, max }: FieldValidation, value: number): string | null {
  if (min !== undefined && value < min) return `must be at least ${min}`;
  return max !== undefined && value > max ? `must be at most ${max}` : null;
}

/** Lengths count characters as people do, not UTF-16 units. */
function textProblem(
  { minLength, maxLength, pattern, format }: FieldValidation,
  value: string,
): string | null {
  // SQLite's text ends at a NUL for half of its functions, and has no lone surrogates at all.
  if (value.includes('\0') || !value.isWellFormed()) return 'must be well-formed Unicode without U+0000';
  const length = Array.from(value).length;
  if (minLength !== undefined && length < minLength) return `must have at least ${minLength} characters`;
  if (maxLength !== undefined && length > maxLength) return `must have at most ${maxLength} characters`;
  if (format !== undefined && FORMATS[format]?.(value) !== true) return `must be a valid ${format}`;
  if (pattern === undefined || compilePattern(pattern)?.matcher(value).find() === true) return null;
  return `must match the pattern ${pattern}`;
}
