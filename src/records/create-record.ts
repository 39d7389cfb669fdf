import { isAdmin } from '../auth/actor.ts';
import type { Caller } from '../auth/caller.ts';
import type { JsonObject } from '../lib/json.ts';
import { buildRecord } from './build-record.ts';
import { checkFileFields } from './check-file-fields.ts';
import { refuseRecordEarly, requireRecordAccess } from './record-access.ts';
import type { RecordValues } from './record.ts';
import { requireCollection, type RecordsContext } from './records-context.ts';

/** Makes a record of what the client sent and the fields' defaults. */
export async function createRecord(
  context: RecordsContext,
  caller: Caller,
  collectionName: string,
  body: JsonObject,
): Promise<RecordValues> {
  const collection = requireCollection(context, collectionName);
  refuseRecordEarly(context, caller, collection, 'create');
  const draft = { collection, body, stored: null, partial: false, isAdmin: isAdmin(caller.actor) };
  const record = buildRecord(context.files, draft);
  requireRecordAccess(context, caller, collection, 'create', { doc: record });
  await checkFileFields(context, caller, collection, record, null);
  return context.records.create(collection, record);
}
