import { AppError } from '../lib/errors.ts';
import type { Collection } from '../schema/schema.ts';
import type { RecordValues } from './record.ts';

/** Decides whether a record still is what the caller's `If-Match` asks for. */
export type RecordPrecondition = (collection: Collection, stored: RecordValues) => boolean;

/** Throws PRECONDITION_FAILED when the record is no longer the one that the caller has seen. */
export function requirePrecondition(
  collection: Collection,
  stored: RecordValues,
  precondition: RecordPrecondition,
): void {
  if (precondition(collection, stored)) return;
  throw new AppError('PRECONDITION_FAILED', 'The record has changed since you read it; read it again.', {
    collection: collection.name,
    id: stored[collection.primaryKey],
  });
}
