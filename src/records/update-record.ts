import { isAdmin } from '../auth/actor.ts';
import type { Caller } from '../auth/caller.ts';
import type { JsonObject } from '../lib/json.ts';
import { buildRecord } from './build-record.ts';
import { checkFileFields } from './check-file-fields.ts';
import { documentNotFound, requireKey } from './get-record.ts';
import { refuseChangeEarly, refuseRecordEarly, requireRecordAccess } from './record-access.ts';
import { requirePrecondition, type RecordPrecondition } from './record-precondition.ts';
import type { RecordValues } from './record.ts';
import { requireCollection, type RecordsContext } from './records-context.ts';

export interface RecordChange {
  readonly body: JsonObject;
  /** True (PATCH): what the body leaves out stays. False (PUT): it gets its default. */
  readonly partial: boolean;
  readonly precondition: RecordPrecondition;
}

/** Changes a record; the bytes of files that nothing refers to any more go with it where the field says so. */
export async function updateRecord(
  context: RecordsContext,
  caller: Caller,
  collectionName: string,
  id: string,
  { body, partial, precondition }: RecordChange,
): Promise<RecordValues> {
  const collection = requireCollection(context, collectionName);
  refuseRecordEarly(context, caller, collection, 'update');
  const key = requireKey(collection, id);
  const change = (stored: RecordValues): RecordValues => {
    const draft = { collection, body, stored, partial, isAdmin: isAdmin(caller.actor) };
    refuseChangeEarly(context, caller, collection, stored);
    requirePrecondition(collection, stored, precondition);
    const record = buildRecord(context.files, draft);
    requireRecordAccess(context, caller, collection, 'update', { doc: stored, newDoc: record });
    return record;
  };
  const seen = await context.records.find(collection, key);
  if (seen === null) throw documentNotFound(collection, id);
  await checkFileFields(context, caller, collection, change(seen), seen);

  // Once more inside the transaction: the record may have changed while the files were looked at.
  const written = await context.records.update(collection, key, change, context.files.clock());
  if (written === null) throw documentNotFound(collection, id);
  await context.files.reaper.reapAll(written.doomed);
  return written.value;
}
