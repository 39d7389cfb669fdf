import { Duration } from '@marcbachmann/cel-js/evaluator';
import { bound, sql, type SqlText } from './sql-text.ts';
import { Untranslatable } from './untranslatable.ts';

/** The types whose values are one SQL value each. Times and durations are milliseconds. */
export type ScalarType = 'string' | 'int' | 'double' | 'bool' | 'timestamp' | 'duration';

/** A part of a rule as SQL sees it. NULL stands for CEL's error, of which absence is one. */
export type Operand =
  | { readonly kind: 'error' }
  /** Does not look at the row: known before the query runs. */
  | { readonly kind: 'constant'; readonly value: unknown }
  | ScalarOperand
  /** A JSON array of strings. */
  | { readonly kind: 'list'; readonly text: SqlText }
  /** What lies under a path of a JSON column. */
  | { readonly kind: 'json'; readonly column: SqlText; readonly path: readonly string[] };

export interface ScalarOperand {
  readonly kind: 'scalar';
  readonly type: ScalarType;
  readonly text: SqlText;
  /** Whether it may be NULL. */
  readonly nullable: boolean;
  /** What an int may be at most. */
  readonly range?: Range;
  /** True for a double that is neither infinite nor NaN. */
  readonly finite?: boolean;
}

export interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

export const ERROR_OPERAND: Operand = { kind: 'error' };

/** The constant as a scalar; null if it is none. Throws Untranslatable for those that SQLite would change. */
export function scalarConstant(value: unknown): ScalarOperand | null {
  const scalar = (type: ScalarType, param: string | number | bigint): ScalarOperand => ({
    kind: 'scalar',
    type,
    text: bound(param),
    nullable: false,
    ...(typeof param === 'bigint' && { range: { min: param, max: param } }),
    ...(type === 'double' && { finite: true }),
  });
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new Untranslatable();
      return scalar('string', value);
    case 'bigint':
      return scalar('int', value);
    case 'number':
      if (!Number.isFinite(value)) throw new Untranslatable();
      return scalar('double', value);
    case 'boolean':
      return scalar('bool', value ? 1n : 0n);
    default:
      if (value instanceof Date) return scalar('timestamp', wholeMilliseconds(value.getTime()));
      return value instanceof Duration ? scalar('duration', durationMilliseconds(value)) : null;
  }
}

function wholeMilliseconds(ms: number): bigint {
  if (!Number.isSafeInteger(ms)) throw new Untranslatable();
  return BigInt(ms);
}

/** Durations are equal by seconds and nanoseconds: only one way to write each is taken. */
function durationMilliseconds({ seconds, nanos }: Duration): bigint {
  const isCanonical = Math.abs(nanos) < 1e9 && (seconds === 0n || nanos === 0 || seconds > 0n === nanos > 0);
  if (!isCanonical || nanos % 1e6 !== 0) throw new Untranslatable();
  return wholeMilliseconds(Number(seconds) * 1000 + nanos / 1e6);
}

/** The operand if it is, or stands for, one SQL value; null otherwise. */
export function asScalar(operand: Operand): ScalarOperand | null {
  if (operand.kind === 'constant') return scalarConstant(operand.value);
  return operand.kind === 'scalar' ? operand : null;
}

/** Whether CEL compares values of these types with each other. */
export function isComparable(a: ScalarType, b: ScalarType): boolean {
  const isNumber = (type: ScalarType) => type === 'int' || type === 'double';
  return a === b || (isNumber(a) && isNumber(b));
}

/** The condition where all the operands are there, NULL where one is not. */
export function wherePresent(operands: readonly ScalarOperand[], condition: SqlText): SqlText {
  const guards = operands.filter(({ nullable }) => nullable).map(({ text }) => sql`${text} IS NOT NULL`);
  if (guards.length === 0) return condition;
  const guard = guards.reduce((all, one) => sql`${all} AND ${one}`);
  return sql`CASE WHEN ${guard} THEN ${condition} END`;
}
