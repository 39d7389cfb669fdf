import type { Environment } from '@marcbachmann/cel-js';
import { Duration } from '@marcbachmann/cel-js/evaluator';
import { RE2JS } from 're2js';
import { isTimestamp } from '../schema/formats.ts';
import { compareCodePoints } from './code-points.ts';
import { OWN_PREFIX } from './print-expression.ts';

export const PATTERN_TYPE = 'Pattern';

const TIMESTAMP = 'google.protobuf.Timestamp';
const DURATION = 'google.protobuf.Duration';
const MAX_INT = 2n ** 63n - 1n;
const MIN_INT = -(2n ** 63n);
/** The years 1 to 9999. */
const MIN_TIME = -62_135_596_800_000;
const MAX_TIME = 253_402_300_799_999;

/** Adds what rules call under OWN_PREFIX: where the library does otherwise than the language's definition, or hangs. */
export function registerOwnFunctions(environment: Environment): Environment {
  const register = (signature: string, handler: (...args: never[]) => unknown) => {
    environment.registerFunction(signature, handler, { async: false });
  };
  environment.registerType(PATTERN_TYPE, RE2JS);
  register(`string.${OWN_PREFIX}matches(${PATTERN_TYPE}): bool`, (text: string, pattern: RE2JS) =>
    pattern.matcher(text).find(),
  );
  register(`string.${OWN_PREFIX}lowerAscii(): string`, (text: string) =>
    text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()),
  );
  register(`string.${OWN_PREFIX}upperAscii(): string`, (text: string) =>
    text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
  );
  register(`${OWN_PREFIX}int(int): int`, (value: bigint) => value);
  register(`${OWN_PREFIX}int(double): int`, (value: number) => toInt(value));
  register(`${OWN_PREFIX}int(string): int`, (text: string) => textToInt(text));
  register(`${OWN_PREFIX}int(${TIMESTAMP}): int`, (time: Date) => BigInt(Math.floor(time.getTime() / 1000)));
  register(`${OWN_PREFIX}double(double): double`, (value: number) => value);
  register(`${OWN_PREFIX}double(int): double`, (value: bigint) => Number(value));
  register(`${OWN_PREFIX}double(string): double`, (text: string) => textToDouble(text));
  register(`${OWN_PREFIX}timestamp(${TIMESTAMP}): ${TIMESTAMP}`, (time: Date) => time);
  register(`${OWN_PREFIX}timestamp(int): ${TIMESTAMP}`, (seconds: bigint) => toTime(Number(seconds) * 1000));
  register(`${OWN_PREFIX}timestamp(string): ${TIMESTAMP}`, (text: string) => textToTime(text));
  register(`${OWN_PREFIX}since(${TIMESTAMP}, ${TIMESTAMP}): ${DURATION}`, (a: Date, b: Date) => since(a, b));
  register(`${OWN_PREFIX}has(dyn, string): bool`, (value: unknown, key: string) => hasKey(value, key));
  for (const [name, holds] of Object.entries(ORDERINGS)) {
    register(`${OWN_PREFIX}${name}(string, string): bool`, (a: string, b: string) =>
      holds(compareCodePoints(a, b)),
    );
    register(`${OWN_PREFIX}${name}_any(dyn, dyn): bool`, (a: unknown, b: unknown) => holds(compare(a, b)));
  }
  return environment;
}

const ORDERINGS: Readonly<Record<string, (order: number) => boolean>> = {
  lt: (order) => order < 0,
  le: (order) => order <= 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
};

/** NaN where the two have no order. */
function compare(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return compareCodePoints(a, b);
  const isComparable =
    (isNumber(a) && isNumber(b)) ||
    (typeof a === 'boolean' && typeof b === 'boolean') ||
    (isMoment(a) && isMoment(b) && a.constructor === b.constructor);
  if (!isComparable) throw new TypeError('no such overload: these two have no order');
  const [x, y] = [a as number, b as number];
  if (x < y) return -1;
  return x > y ? 1 : x >= y ? 0 : NaN;
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** A timestamp or a duration. */
function isMoment(value: unknown): value is object {
  return typeof value === 'object' && value !== null && typeof value.valueOf() === 'number';
}

/** Exact, where the library counts nanoseconds in a double. */
function since(later: Date, earlier: Date): Duration {
  const ms = later.getTime() - earlier.getTime();
  return new Duration(BigInt(Math.trunc(ms / 1000)), (ms % 1000) * 1_000_000);
}

function hasKey(value: unknown, key: string): boolean {
  if (value instanceof Map) return value.has(key);
  throw new TypeError(`no such key: ${key}, as this is no object`);
}

function toInt(value: number): bigint {
  const whole = Number.isFinite(value) ? BigInt(Math.trunc(value)) : MAX_INT + 1n;
  return inRange(whole);
}

function textToInt(text: string): bigint {
  if (!/^-?\d{1,19}$/.test(text)) throw new RangeError('int() of text that is no number');
  return inRange(BigInt(text));
}

function inRange(value: bigint): bigint {
  if (value > MAX_INT || value < MIN_INT) throw new RangeError('int() of a number beyond 64 bits');
  return value;
}

function textToDouble(text: string): number {
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) {
    throw new RangeError('double() of text that is no number');
  }
  return Number(text);
}

function textToTime(text: string): Date {
  if (!isTimestamp(text)) throw new RangeError('timestamp() of text that is no RFC 3339 time');
  return toTime(Date.parse(text));
}

function toTime(ms: number): Date {
  if (!(ms >= MIN_TIME && ms <= MAX_TIME)) throw new RangeError('timestamp() beyond the year 9999');
  return new Date(ms);
}
