import type { Caller } from '../auth/caller.ts';
import { AppError } from '../lib/errors.ts';
import type { Collection } from '../schema/schema.ts';
import { refuseRecordEarly, requireRecordAccess } from './record-access.ts';
import type { RecordKey, RecordValues } from './record.ts';
import { requireCollection, type RecordsContext } from './records-context.ts';

/** The record, if the caller may `read` it. */
export async function getRecord(
  context: RecordsContext,
  caller: Caller,
  collectionName: string,
  id: string,
): Promise<RecordValues> {
  const collection = requireCollection(context, collectionName);
  refuseRecordEarly(context, caller, collection, 'read');
  const record = await context.records.find(collection, requireKey(collection, id));
  if (record === null) throw documentNotFound(collection, id);
  requireRecordAccess(context, caller, collection, 'read', { doc: record });
  return record;
}

/** The primary key's value as the address names it; throws DOCUMENT_NOT_FOUND for what cannot be one. */
export function requireKey(collection: Collection, id: string): RecordKey {
  if (collection.fields.get(collection.primaryKey)?.type !== 'int') return id;
  const key = Number(id);
  // One address for each record: neither 007 nor 7.0 is another name of 7.
  if (!Number.isSafeInteger(key) || String(key) !== id) throw documentNotFound(collection, id);
  return key;
}

export function documentNotFound({ name }: Collection, id: string): AppError {
  return new AppError('DOCUMENT_NOT_FOUND', `There is no such record in collection "${name}".`, {
    collection: name,
    id,
  });
}
