import { z } from 'zod';
import { AppError } from '../lib/errors.ts';
import { isExpandable } from '../records/expand-records.ts';
import { toSqlValue, type SqlValue } from '../records/column.ts';
import {
  FILTER_OPERATORS,
  numberIn,
  type FilterOperator,
  type RecordFilter,
} from '../records/record-filter.ts';
import type { RecordListQuery } from '../records/list-records.ts';
import type { RecordOrder } from '../records/record-selection.ts';
import { isList } from '../schema/field-json.ts';
import { FIELD_TYPE_ROWS } from '../schema/field-types.ts';
import type { Collection, Field, FieldType } from '../schema/schema.ts';
import { readQuery } from './input.ts';

/** Looking for a long text in long texts takes the product of their lengths. */
const MAX_SOUGHT = 255;

const text = z.string().max(4096);
const count = z.coerce.number().int();
const presentationShape = { fields: text.optional(), expand: text.optional() };

export const recordQueryShape = z.strictObject(presentationShape);

export const recordListShape = z.strictObject({
  ...presentationShape,
  limit: count.min(1).max(1000).optional(),
  offset: count.min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  page: count.min(1).max(1_000_000_000).optional(),
  per_page: count.min(1).max(1000).optional(),
  sort: text.optional(),
  search: z.string().max(MAX_SOUGHT).optional(),
  filter: z.union([text, z.array(text).max(50)]).optional(),
});

const DEFAULT_LIMIT = 50;

/** What of a record the answer shows. */
export interface Presentation {
  /** Null = every field that is not internal. */
  readonly fields: readonly Field[] | null;
  readonly expand: readonly Field[];
}

/** `fields` and `expand` of a single record's address; throws INVALID_QUERY. */
export function readPresentation(collection: Collection, raw: unknown, isAdmin: boolean): Presentation {
  return toPresentation(new Fields(collection, isAdmin), readQuery(recordQueryShape, raw));
}

/** The query string of a record list; throws INVALID_QUERY. */
export function readRecordListQuery(
  collection: Collection,
  raw: unknown,
  isAdmin: boolean,
): { readonly list: RecordListQuery; readonly presentation: Presentation } {
  const query = readQuery(recordListShape, raw);
  const fields = new Fields(collection, isAdmin);
  const filters = [query.filter ?? []].flat().map((term) => parseFilter(fields, term));
  const search = query.search === undefined || query.search === '' ? null : query.search;
  const list = {
    collection,
    filters,
    search: search === null ? null : { text: search, fields: fields.searchable() },
    order: readOrder(fields, query.sort),
    ...pageOf(query),
  };
  return { list, presentation: toPresentation(fields, query) };
}

/** The fields that this caller knows of: an internal one could be read out by filtering on it. */
class Fields {
  readonly #collection: Collection;
  readonly #isAdmin: boolean;

  constructor(collection: Collection, isAdmin: boolean) {
    this.#collection = collection;
    this.#isAdmin = isAdmin;
  }

  require(name: string): Field {
    const field = this.#collection.fields.get(name);
    if (field !== undefined && (this.#isAdmin || !field.internal)) return field;
    throw invalid(`"${name}" is no field of "${this.#collection.name}"`, { field: name });
  }

  searchable(): Field[] {
    return [...this.#collection.fields.values()].filter(
      ({ type, internal }) => SEARCHABLE.has(type) && (this.#isAdmin || !internal),
    );
  }
}

const SEARCHABLE: ReadonlySet<FieldType> = new Set(['string', 'text', 'richtext', 'email', 'url']);

function toPresentation(
  fields: Fields,
  query: { fields?: string | undefined; expand?: string | undefined },
): Presentation {
  const shown = splitList(query.fields).map((name) => fields.require(name));
  const expand = splitList(query.expand).map((name) => fields.require(name));
  const flat = expand.find((field) => !isExpandable(field));
  if (flat !== undefined)
    throw invalid(`"${flat.name}" points to nothing that could be expanded`, { field: flat.name });
  return { fields: query.fields === undefined ? null : shown, expand };
}

function pageOf(query: z.infer<typeof recordListShape>): { limit: number; offset: number } {
  const byPage = query.page !== undefined || query.per_page !== undefined;
  if (byPage && (query.limit !== undefined || query.offset !== undefined)) {
    throw invalid('give either page and per_page, or limit and offset', {});
  }
  const limit = query.per_page ?? query.limit ?? DEFAULT_LIMIT;
  return { limit, offset: query.offset ?? ((query.page ?? 1) - 1) * limit };
}

/** A field that is named again changes nothing: what it says first decides. */
function readOrder(fields: Fields, sort: string | undefined): RecordOrder[] {
  const byName = new Map<string, RecordOrder>();
  for (const term of splitList(sort)) {
    const order = parseOrder(fields, term);
    if (!byName.has(order.field.name)) byName.set(order.field.name, order);
  }
  return [...byName.values()];
}

function parseOrder(fields: Fields, term: string): RecordOrder {
  const field = fields.require(term.replace(/^-/, ''));
  if (isList(field) || field.type === 'json' || field.type === 'blob') {
    throw invalid(`"${field.name}" has no order`, { field: field.name });
  }
  return { field, descending: term.startsWith('-') };
}

const TEXT_ONLY: readonly FilterOperator[] = ['like'];
const PRESENCE: readonly FilterOperator[] = ['is_null', 'not_null'];

/** `field:operator:value`; the value may hold colons itself. */
function parseFilter(fields: Fields, term: string): RecordFilter {
  const [name = '', word = '', ...rest] = term.split(':');
  const field = fields.require(name);
  const operator = FILTER_OPERATORS.find((known) => known === word);
  if (operator === undefined) {
    throw invalid(`"${word}" is no operator; there are ${FILTER_OPERATORS.join(', ')}`, { filter: term });
  }
  requireApplicable(field, operator);
  if (PRESENCE.includes(operator)) return { field, operator, values: [] };
  const value = rest.join(':');
  const texts = operator === 'in' ? value.split(',') : [value];
  return { field, operator, values: texts.map((one) => parseValue(field, operator, one)) };
}

function requireApplicable(field: Field, operator: FilterOperator): void {
  if (PRESENCE.includes(operator)) return;
  const isContainer = isList(field) || field.type === 'json';
  const isText = !isContainer && !['int', 'float', 'bool', 'timestamp', 'blob'].includes(field.type);
  const fits = isContainer
    ? operator === 'contains'
    : field.type !== 'blob' && (isText || (!TEXT_ONLY.includes(operator) && operator !== 'contains'));
  if (!fits)
    throw invalid(`"${operator}" does not work on "${field.name}", which is ${field.type}`, {
      field: field.name,
    });
}

function parseValue(field: Field, operator: FilterOperator, value: string): SqlValue {
  if (operator === 'like' || operator === 'contains') {
    if (value.length <= MAX_SOUGHT) return value;
    throw invalid(`"${operator}" takes up to ${MAX_SOUGHT} characters`, { field: field.name });
  }
  const typed = typedValue(field, value);
  const { accepts, expects } = FIELD_TYPE_ROWS[field.type];
  // A partial e-mail address or URL may still be compared with: only what the column cannot hold is refused.
  const loose = ['id', 'uuid', 'email', 'url', 'select', 'relation', 'file'].includes(field.type);
  if (typed === null || (!loose && !accepts(typed))) {
    throw invalid(`"${field.name}" takes ${expects}, not "${value}"`, { field: field.name });
  }
  return toSqlValue(field, typed);
}

function typedValue({ type }: Field, value: string): string | number | boolean | null {
  if (type === 'bool') return value === 'true' ? true : value === 'false' ? false : null;
  if (type !== 'int' && type !== 'float') return value;
  return numberIn(value);
}

/** Each part once. */
function splitList(value: string | undefined): string[] {
  const parts = (value ?? '').split(',').map((part) => part.trim());
  return [...new Set(parts)].filter((part) => part !== '');
}

function invalid(reason: string, details: Readonly<Record<string, unknown>>): AppError {
  return new AppError('INVALID_QUERY', `The query is not valid: ${reason}.`, details);
}
