import type { Caller } from '../auth/caller.ts';
import { documentNotFound, requireKey } from './get-record.ts';
import { refuseRecordEarly, requireRecordAccess } from './record-access.ts';
import { requirePrecondition, type RecordPrecondition } from './record-precondition.ts';
import { requireCollection, type RecordsContext } from './records-context.ts';

/** Deletes a record with what its references and file fields say goes with it. */
export async function deleteRecord(
  context: RecordsContext,
  caller: Caller,
  collectionName: string,
  id: string,
  precondition: RecordPrecondition,
): Promise<void> {
  const collection = requireCollection(context, collectionName);
  refuseRecordEarly(context, caller, collection, 'delete');
  const deleted = await context.records.delete(
    collection,
    requireKey(collection, id),
    (doc) => {
      requireRecordAccess(context, caller, collection, 'delete', { doc });
      requirePrecondition(collection, doc, precondition);
    },
    context.files.clock(),
  );
  if (deleted === null) throw documentNotFound(collection, id);
  await context.files.reaper.reapAll(deleted.doomed);
}
