import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../lib/json.ts';
import { fileToJson } from '../files/file-json.ts';
import type { StoredFile } from '../files/stored-file.ts';
import { fileIds } from '../records/file-uses.ts';
import type { ExpandedFile, ExpandedRecord, Expansion } from '../records/expand-records.ts';
import type { RecordKey, RecordValues } from '../records/record.ts';
import type { Collection, Field } from '../schema/schema.ts';
import type { Presentation } from './record-list-query.ts';

/** Addresses that open a file's bytes for whoever holds them. */
export interface FileLinks {
  readonly download_url: string;
  readonly view_url: string;
}

export interface RecordView {
  readonly collection: Collection;
  readonly presentation: Presentation;
  readonly expansion: Expansion;
  readonly linksTo: (file: StoredFile) => FileLinks;
}

/** A record as responses show it: without internal fields, and with what stands behind the ids that were asked for. */
export function recordToJson(view: RecordView, record: RecordValues): JsonObject {
  const { fields, expand } = view.presentation;
  const shown = fields === null ? openFields(view.collection) : [...new Set([...fields, ...expand])];
  return Object.fromEntries(
    shown.map(({ name }) => {
      const value = record[name] ?? null;
      return [name, expand.some((field) => field.name === name) ? expanded(view, name, value) : value];
    }),
  );
}

/** The entity tag of a record, for `If-Match`. What is internal has no part in it, or could be guessed from it. */
export function recordEtag(collection: Collection, record: RecordValues): string {
  const values = openFields(collection).map(({ name }) => record[name] ?? null);
  const digest = createHash('sha256').update(JSON.stringify([collection.name, ...values]));
  return `"${digest.digest('base64url').slice(0, 22)}"`;
}

function openFields({ fields }: Collection): Field[] {
  return [...fields.values()].filter(({ internal }) => !internal);
}

/** An id behind which there is nothing for this caller stays an id. */
function expanded(view: RecordView, name: string, value: JsonValue): JsonValue {
  const behind = view.expansion.get(name);
  const one = (id: JsonValue): JsonValue => {
    const found = behind?.get(`${id as RecordKey}`);
    return found === undefined ? id : behindToJson(view, found);
  };
  if (value === null) return null;
  return Array.isArray(value) ? fileIds(value).map(one) : one(value);
}

function behindToJson(view: RecordView, found: ExpandedFile | ExpandedRecord): JsonObject {
  if (found.kind === 'file') {
    const links = found.mayDownload ? view.linksTo(found.file) : { download_url: null, view_url: null };
    return { ...fileToJson(found.file), ...links };
  }
  const { collection, record } = found;
  return Object.fromEntries(openFields(collection).map(({ name }) => [name, record[name] ?? null]));
}
