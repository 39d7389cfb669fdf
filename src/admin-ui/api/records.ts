import { request, requestJson } from './request.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Doc = Readonly<Record<string, Json>>;

/** As it is where it is text, else as JSON. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

export interface RecordQuery {
  /** `field:op:value`, AND-ed. */
  readonly filters: readonly string[];
  readonly search: string;
  readonly sort: string;
  readonly limit: number;
  readonly offset: number;
  /** Fields whose ids are replaced by what they point to. */
  readonly expand: readonly string[];
}

/** Every record, in the order in which they were made. */
export const EVERYTHING = { filters: [], search: '', sort: '', offset: 0, expand: [] } as const;

export interface RecordList {
  readonly docs: readonly Doc[];
  readonly total: number;
}

/** A record, and the tag of the state it is in. */
export interface TaggedDoc {
  readonly doc: Doc;
  readonly etag: string;
}

export function listRecords(
  collection: string,
  query: RecordQuery,
  signal: AbortSignal,
): Promise<RecordList> {
  const { filters, expand, ...rest } = query;
  return requestJson(`/api/collections/${collection}`, {
    query: { ...rest, filter: filters, expand: expand.join(',') },
    signal,
  });
}

export async function getRecord(collection: string, key: string, signal: AbortSignal): Promise<TaggedDoc> {
  const response = await request(addressOf(collection, key), { signal });
  return { doc: (await response.json()) as Doc, etag: response.headers.get('etag') ?? '*' };
}

export function createRecord(collection: string, values: Doc): Promise<Doc> {
  return requestJson(`/api/collections/${collection}`, { method: 'POST', json: values });
}

/** Fails with PRECONDITION_FAILED when the record is not in the state of `etag` any more. */
export function changeRecord(collection: string, key: string, etag: string, changes: Doc): Promise<Doc> {
  return requestJson(addressOf(collection, key), {
    method: 'PATCH',
    json: changes,
    headers: { 'if-match': etag },
  });
}

export async function deleteRecord(collection: string, key: string): Promise<void> {
  await request(addressOf(collection, key), { method: 'DELETE' });
}

function addressOf(collection: string, key: string): string {
  return `/api/collections/${collection}/${encodeURIComponent(key)}`;
}
