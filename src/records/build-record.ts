import { toTimestamp, type Clock } from '../lib/clock.ts';
import { AppError, type FieldProblem } from '../lib/errors.ts';
import type { NewId } from '../lib/ids.ts';
import type { JsonObject, JsonValue } from '../lib/json.ts';
import { valueProblem } from '../schema/field-value.ts';
import type { Collection, Field } from '../schema/schema.ts';
import type { RecordValues } from './record.ts';

export interface BuildContext {
  readonly clock: Clock;
  readonly newId: NewId;
}

export interface Draft {
  readonly collection: Collection;
  /** What the client sent. */
  readonly body: JsonObject;
  /** The record to change; null for a new one. */
  readonly stored: RecordValues | null;
  /** True: fields that the body leaves out keep their value; else they get their default. */
  readonly partial: boolean;
  /** Internal fields are there for admins only. */
  readonly isAdmin: boolean;
}

/** The record that the body asks for, complete and canonical. Throws VALIDATION_ERROR with an entry per wrong field. */
export function buildRecord(context: BuildContext, draft: Draft): RecordValues {
  const { collection, body } = draft;
  const problems: FieldProblem[] = Object.keys(body)
    .filter((name) => !isOpen(draft, collection.fields.get(name)))
    .map((field) => ({ field, code: 'unknown', message: `is no field of "${collection.name}"` }));
  const values = [...collection.fields.values()].map((field): [string, JsonValue] => {
    const value = valueFor(context, draft, field);
    const problem = fieldProblem(draft, field, value);
    if (problem !== null) problems.push({ field: field.name, ...problem });
    return [field.name, problem === null ? canonical(field, value) : value];
  });
  if (problems.length > 0) throw invalidRecord(problems);
  return Object.fromEntries(values);
}

export function invalidRecord(problems: readonly FieldProblem[]): AppError {
  const [first] = problems;
  return new AppError(
    'VALIDATION_ERROR',
    `The record is not valid: ${first?.field ?? ''} ${first?.message ?? ''}.`,
    problems,
  );
}

function isOpen({ isAdmin }: Draft, field: Field | undefined): boolean {
  return field !== undefined && (isAdmin || !field.internal);
}

function valueFor(context: BuildContext, draft: Draft, field: Field): JsonValue {
  const { body, stored, partial } = draft;
  if (stored !== null && field.onUpdate === 'now') return now(context, field);
  const given = Object.hasOwn(body, field.name) ? body[field.name] : undefined;
  if (given !== undefined && isOpen(draft, field)) return given;
  // What the system made or keeps for itself outlives a PUT that does not name it.
  const isGenerated = field.default?.kind === 'auto' || field.default?.kind === 'now';
  const keeps = partial || field.primary || field.internal || isGenerated;
  if (stored !== null && keeps) return stored[field.name] ?? null;
  return defaultFor(context, field);
}

function defaultFor(context: BuildContext, field: Field): JsonValue {
  if (field.default === undefined) return field.type === 'file[]' ? [] : null;
  if (field.default.kind === 'value') return field.default.value;
  return field.default.kind === 'auto' ? context.newId() : now(context, field);
}

function now({ clock }: BuildContext, field: Field): string {
  const time = toTimestamp(clock());
  return field.type === 'date' ? time.slice(0, 10) : time;
}

function fieldProblem({ stored }: Draft, field: Field, value: JsonValue): Omit<FieldProblem, 'field'> | null {
  if (value === null) {
    return field.nullable ? null : { code: 'required', message: 'is required' };
  }
  const message = valueProblem(field, value) ?? listProblem(field, value);
  if (message !== null) return { code: 'invalid', message };
  const isMoved = stored !== null && field.primary && value !== stored[field.name];
  return isMoved ? { code: 'immutable', message: 'is the primary key, which never changes' } : null;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function listProblem(field: Field, value: JsonValue): string | null {
  if (field.type === 'blob') return BASE64.test(String(value)) ? null : 'must be Base64 text';
  if (field.type !== 'file[]' || !Array.isArray(value)) return null;
  const max = field.file?.maxFiles ?? null;
  if (max !== null && value.length > max) return `must hold at most ${max} files`;
  return new Set(value).size < value.length ? 'must not name a file twice' : null;
}

/** One spelling for each value: times in UTC with milliseconds, a choice of several as a list. */
function canonical(field: Field, value: JsonValue): JsonValue {
  if (value === null) return null;
  if (field.type === 'timestamp') return toTimestamp(Date.parse(String(value)));
  const isChoice = field.type === 'select' && (field.select?.maxSelect ?? 1) > 1;
  return isChoice && !Array.isArray(value) ? [value] : value;
}
