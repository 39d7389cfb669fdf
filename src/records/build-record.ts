import { AppError, type FieldProblem } from '../lib/errors.ts';
import type { JsonObject, JsonValue } from '../lib/json.ts';
import type { Collection, Field, Schema } from '../schema/schema.ts';
import { canonicalValue } from './canonical-value.ts';
import { currentTime, defaultValue, type DefaultSources } from './default-value.ts';
import { recordValueProblem } from './record-value.ts';
import type { RecordValues } from './record.ts';

export interface BuildContext extends DefaultSources {
  readonly schema: Schema;
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
    const problem = fieldProblem(context, draft, field, value);
    if (problem !== null) problems.push({ field: field.name, ...problem });
    return [field.name, problem === null ? canonicalValue(field, value) : value];
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
  if (stored !== null && field.onUpdate === 'now') return currentTime(context, field);
  const given = Object.hasOwn(body, field.name) ? body[field.name] : undefined;
  if (given !== undefined && isOpen(draft, field)) return given;
  // What the system made or keeps for itself outlives a PUT that does not name it.
  const isGenerated = field.default?.kind === 'auto' || field.default?.kind === 'now';
  const keeps = partial || field.primary || field.internal || isGenerated;
  if (stored !== null && keeps) return stored[field.name] ?? null;
  return defaultValue(context, field);
}

function fieldProblem(
  { schema }: BuildContext,
  { stored, body, partial }: Draft,
  field: Field,
  value: JsonValue,
): Omit<FieldProblem, 'field'> | null {
  // A value that was fine under an earlier schema must not stand in the way of a change elsewhere.
  if (stored !== null && partial && !Object.hasOwn(body, field.name)) return null;
  if (value === null) {
    return field.nullable ? null : { code: 'required', message: 'is required' };
  }
  const message = recordValueProblem(schema, field, value);
  if (message !== null) return { code: 'invalid', message };
  const isMoved = stored !== null && field.primary && value !== stored[field.name];
  return isMoved ? { code: 'immutable', message: 'is the primary key, which never changes' } : null;
}
