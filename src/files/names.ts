import { AppError, type ErrorCode } from '../lib/errors.ts';
import type { JsonObject } from '../lib/json.ts';

const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 1024;
const MAX_METADATA_BYTES = 16 * 1024;
const MAX_METADATA_DEPTH = 16;

/**
 * Control characters (C0, DEL, C1), the two Unicode line breaks that split log lines and headers, and the bidi
 * embeddings, overrides and isolates that make "exe.gpj" read as "jpg.exe". The marks that Arabic and Hebrew names
 * do use (U+200E, U+200F, U+061C) stay allowed.
 */
const FORBIDDEN = /[/\\\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const LONE_SURROGATE = /\p{Surrogate}/u;
/** Keys that some code assigns through and thereby changes an object's prototype. */
const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Returns the file name in NFC, otherwise unchanged; throws INVALID_NAME. */
export function checkName(text: unknown): string {
  const name = toNfc('INVALID_NAME', 'name', text);
  const problem = nameProblem(name);
  if (problem !== null) throw refused('INVALID_NAME', 'name', problem, MAX_NAME_BYTES);
  return name;
}

/** Returns the display path in NFC, otherwise unchanged; throws INVALID_PATH. */
export function checkPath(text: unknown): string {
  const path = toNfc('INVALID_PATH', 'path', text);
  const problem = pathProblem(path);
  if (problem !== null) throw refused('INVALID_PATH', 'path', problem, MAX_PATH_BYTES);
  return path;
}

/** Returns the metadata as it may be stored; throws INVALID_METADATA. */
export function checkMetadata(value: unknown): JsonObject {
  if (!isPlainObject(value)) {
    throw refused('INVALID_METADATA', 'metadata', 'is not a JSON object; send one such as {"title": "…"}');
  }
  const problem = valueProblem(value, 1);
  if (problem !== null) throw refused('INVALID_METADATA', 'metadata', problem);
  const size = Buffer.byteLength(JSON.stringify(value));
  if (size > MAX_METADATA_BYTES) {
    const tooLong = `is ${size} bytes of JSON; at most ${MAX_METADATA_BYTES} are allowed, so send less`;
    throw refused('INVALID_METADATA', 'metadata', tooLong, MAX_METADATA_BYTES);
  }
  return value as JsonObject;
}

function toNfc(code: ErrorCode, field: string, text: unknown): string {
  if (typeof text !== 'string') throw refused(code, field, 'is not text; send a string');
  return text.normalize('NFC');
}

function refused(code: ErrorCode, field: string, problem: string, limit?: number): AppError {
  const details = limit === undefined ? { field } : { field, limit };
  return new AppError(code, `The ${field} ${problem}.`, details);
}

/** What is wrong with a name, as the end of a sentence; null = nothing. */
function nameProblem(name: string): string | null {
  if (name === '') return 'is empty; give it at least one character';
  if (name === '.' || name === '..') return `is "${name}", which means a folder; choose another`;
  const forbidden = FORBIDDEN.exec(name)?.[0];
  if (forbidden !== undefined) {
    return `contains ${describe(forbidden)}; slashes, control and text-direction characters are not allowed, remove them`;
  }
  if (LONE_SURROGATE.test(name)) return 'contains half of a surrogate pair; send well-formed Unicode';
  return lengthProblem(name, MAX_NAME_BYTES);
}

function pathProblem(path: string): string | null {
  if (path === '') return 'is empty; leave it out to use the name';
  const length = lengthProblem(path, MAX_PATH_BYTES);
  if (length !== null) return length;
  for (const segment of path.split('/')) {
    if (segment === '')
      return 'starts or ends with "/" or has two in a row; put a name before and after each';
    const problem = nameProblem(segment);
    if (problem !== null) return `has a part that ${problem}`;
  }
  return null;
}

function lengthProblem(text: string, limit: number): string | null {
  const size = Buffer.byteLength(text);
  return size > limit ? `is ${size} bytes long in UTF-8; at most ${limit} are allowed, so shorten it` : null;
}

function describe(character: string): string {
  if (character === '/' || character === '\\') return `"${character}"`;
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function valueProblem(value: unknown, depth: number): string | null {
  if (value === null || typeof value === 'boolean') return null;
  if (typeof value === 'string') return textProblem(value);
  if (typeof value === 'number') {
    return Number.isFinite(value) ? null : `contains the number ${value}; send finite numbers only`;
  }
  if (!Array.isArray(value) && !isPlainObject(value)) {
    return `contains a value of type ${typeof value}; send JSON values only`;
  }
  if (depth > MAX_METADATA_DEPTH) return `is nested more than ${MAX_METADATA_DEPTH} levels deep; flatten it`;
  return Array.isArray(value) ? firstProblem(value, depth) : membersProblem(value, depth);
}

function membersProblem(members: Readonly<Record<string, unknown>>, depth: number): string | null {
  for (const key of Object.keys(members)) {
    if (PROTOTYPE_KEYS.has(key)) return `contains the reserved key "${key}"; choose another`;
    const problem = textProblem(key);
    if (problem !== null) return problem;
  }
  return firstProblem(Object.values(members), depth);
}

function firstProblem(values: readonly unknown[], depth: number): string | null {
  for (const value of values) {
    const problem = valueProblem(value, depth + 1);
    if (problem !== null) return problem;
  }
  return null;
}

function textProblem(text: string): string | null {
  if (text.includes('\0')) return 'contains the character U+0000; remove it';
  if (LONE_SURROGATE.test(text)) return 'contains half of a surrogate pair; send well-formed Unicode';
  return null;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
