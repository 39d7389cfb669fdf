import type { Caller } from '../auth/caller.ts';
import { AppError } from '../lib/errors.ts';
import type { Collection } from '../schema/schema.ts';
import { requireRecordAccess } from './record-access.ts';
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
  const record = await context.records.find(collection, requireKey(collection, id));
  if (record === null) throw documentNotFound(collection, id);
  requireRecordAccess(context, caller, collection, 'read', { doc: record });
  return record;
}

const INTEGER = /^-?\d{1,15}$/;

/** The primary key's value as the address names it; throws DOCUMENT_NOT_FOUND for what cannot be one. */
export function requireKey(collection: Collection, id: string): RecordKey {
  if (collection.fields.get(collection.primaryKey)?.type !== 'int') return id;
  if (!INTEGER.test(id)) throw documentNotFound(collection, id);
  return Number(id);
}

export function documentNotFound({ name }: Collection, id: string): AppError {
  return new AppError('DOCUMENT_NOT_FOUND', `There is no such record in collection "${name}".`, {
    collection: name,
    id,
  });
}
