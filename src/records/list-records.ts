import { isAdmin } from '../auth/actor.ts';
import type { Caller } from '../auth/caller.ts';
import { allowedRows, looksAtRows, type AllowedRows } from '../rules/sql/allowed-rows.ts';
import type { Collection } from '../schema/schema.ts';
import { mayAccessRecord, recordDenied, recordRuleVariables } from './record-access.ts';
import type { RecordPage } from './record-list-repository.ts';
import { recordRuleColumns } from './record-rule-columns.ts';
import type { RecordSelection } from './record-selection.ts';
import type { RecordValues } from './record.ts';
import type { RecordsContext } from './records-context.ts';

export interface RecordListQuery extends Omit<RecordSelection, 'alternatives'> {
  readonly limit: number;
  readonly offset: number;
}

/** A page of the records that the caller may read, and how many there are of them in all. */
export async function listRecords(
  context: RecordsContext,
  caller: Caller,
  { limit, offset, ...selection }: RecordListQuery,
): Promise<RecordPage> {
  const alternatives = readableRecords(context, caller, selection.collection);
  if (alternatives === 'row by row') {
    return scan(context, caller, { ...selection, alternatives: null }, limit, offset);
  }
  return context.recordList.page({ ...selection, alternatives }, limit, offset);
}

/** Throws when the rule lets this caller read no record at all. */
function readableRecords(context: RecordsContext, caller: Caller, collection: Collection): AllowedRows {
  if (isAdmin(caller.actor)) return null;
  const rule = context.files.rules.collectionRule(collection.name, 'read');
  if (rule === undefined) throw recordDenied(caller, collection, 'read');
  const variables = recordRuleVariables(caller, collection, { doc: {} });
  const allowed = allowedRows(rule, variables, recordRuleColumns(collection));
  const isDenied = allowed !== null && allowed.length === 0;
  if (isDenied && !looksAtRows(rule)) throw recordDenied(caller, collection, 'read');
  return allowed;
}

const SCAN_BATCH = 500;

/** For rules that have no SQL: runs the rule over the selection, a portion at a time so that others get their turn. */
async function scan(
  context: RecordsContext,
  caller: Caller,
  selection: RecordSelection,
  limit: number,
  offset: number,
): Promise<RecordPage> {
  const { collection } = selection;
  const rowIds = await context.recordList.rowIds(selection);
  const records: RecordValues[] = [];
  let total = 0;
  for (let start = 0; start < rowIds.length; start += SCAN_BATCH) {
    const portion = await context.recordList.findRows(collection, rowIds.slice(start, start + SCAN_BATCH));
    for (const doc of portion) {
      if (!mayAccessRecord(context, caller, collection, 'read', { doc })) continue;
      if (total >= offset && records.length < limit) records.push(doc);
      total += 1;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { records, total };
}
