import { textOf, type Doc, type Json } from '../api/records.ts';
import type { SchemaField } from '../api/schema.ts';
import { controlOf } from './field-control.ts';

/** What a form holds while one types: text for all that is typed, ids for files, null for "nothing". */
export type DraftValue = string | boolean | null | readonly string[];
export type Draft = Readonly<Record<string, DraftValue>>;

/** The ids of a file field, from those it has at that moment: an upload may be done between two renderings. */
export type ChangeFiles = (change: (ids: readonly string[]) => readonly string[]) => void;

/** The ids in a file field's draft. */
export function idsOf(value: DraftValue | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

export function toDraft(fields: readonly SchemaField[], doc: Doc | null): Draft {
  return Object.fromEntries(
    fields.map((field) => [field.name, draftValue(field, doc?.[field.name] ?? null)]),
  );
}

function draftValue(field: SchemaField, value: Json): DraftValue {
  switch (controlOf(field)) {
    case 'check':
      return typeof value === 'boolean' ? value : null;
    case 'choices':
    case 'files':
      return Array.isArray(value) ? value.map(textOf) : [];
    case 'file':
      return typeof value === 'string' ? [value] : [];
    case 'json':
      return value === null ? '' : JSON.stringify(value, null, 2);
    case 'moment':
      return typeof value === 'string' ? toLocalTime(value) : '';
    default:
      return value === null ? '' : textOf(value);
  }
}

/** The ids in all file fields. */
export function filesIn(fields: readonly SchemaField[], draft: Draft): ReadonlySet<string> {
  return new Set(fields.filter(({ file }) => file !== null).flatMap(({ name }) => idsOf(draft[name])));
}

/** A file field's value with one file more; a single file is replaced by it. */
export function withFile({ type }: SchemaField, value: DraftValue, id: string): DraftValue {
  return type === 'file' ? [id] : [...idsOf(value), id];
}

export interface DraftReading {
  readonly values: Doc;
  /** By field, what keeps it from being sent at all. */
  readonly problems: Readonly<Record<string, string>>;
}

/** The values of the fields that differ from `before`, as the API takes them. */
export function readDraft(fields: readonly SchemaField[], draft: Draft, before: Draft): DraftReading {
  const values: Record<string, Json> = {};
  const problems: Record<string, string> = {};
  for (const field of fields) {
    const value = draft[field.name] ?? null;
    if (JSON.stringify(value) === JSON.stringify(before[field.name] ?? null)) continue;
    try {
      values[field.name] = readValue(field, value);
    } catch (error) {
      problems[field.name] = error instanceof Error ? error.message : String(error);
    }
  }
  return { values, problems };
}

function readValue(field: SchemaField, value: DraftValue): Json {
  const control = controlOf(field);
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'string') {
    if (control === 'file') return value[0] ?? null;
    return value.length === 0 && field.nullable ? null : value;
  }
  // An empty text is a text where the field must have one.
  if (value === '') return field.nullable || !isText(field) ? null : '';
  if (control === 'json') return parseJson(value);
  if (control === 'moment') return toInstant(value);
  const isNumber =
    field.type === 'int' || field.type === 'float' || typeof field.validate.enum?.[0] === 'number';
  return isNumber || isNumericKey(field, value) ? toNumber(value) : value;
}

function isText({ type }: SchemaField): boolean {
  return type === 'string' || type === 'text' || type === 'richtext';
}

/** A relation's key is a number where the other collection counts; UUIDs never look like one. */
function isNumericKey({ type }: SchemaField, value: string): boolean {
  return type === 'relation' && /^\d{1,15}$/.test(value);
}

function toNumber(text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number)) throw new Error('This is not a number.');
  return number;
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Error('This is not valid JSON.');
  }
}

/** For `datetime-local`, which knows no zones: the local time. */
function toLocalTime(instant: string): string {
  const date = new Date(instant);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 23);
}

function toInstant(local: string): string {
  const date = new Date(local);
  if (Number.isNaN(date.getTime())) throw new Error('This is not a time.');
  return date.toISOString();
}
