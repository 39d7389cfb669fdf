import { isAdmin } from '../auth/actor.ts';
import type { Caller } from '../auth/caller.ts';
import type { SqlCondition } from '../rules/sql/sql-condition.ts';
import { translateRule } from '../rules/sql/translate-rule.ts';
import type { Collection } from '../schema/schema.ts';
import { mayAccessRecord, recordDenied, recordRuleVariables } from './record-access.ts';
import { recordRuleColumns } from './record-rule-columns.ts';
import type { RecordSelection } from './record-list-repository.ts';
import type { RecordValues } from './record.ts';
import type { RecordsContext } from './records-context.ts';

export interface RecordListQuery extends Omit<RecordSelection, 'condition'> {
  readonly limit: number;
  readonly offset: number;
}

export interface RecordList {
  readonly records: readonly RecordValues[];
  readonly total: number;
}

/** A page of the records that the caller may read, and how many there are of them in all. */
export async function listRecords(
  context: RecordsContext,
  caller: Caller,
  { limit, offset, ...selection }: RecordListQuery,
): Promise<RecordList> {
  const reading = howToRead(context, caller, selection.collection);
  if (reading === 'row by row') {
    return scan(context, caller, { ...selection, condition: null }, limit, offset);
  }
  const narrowed = { ...selection, condition: reading };
  const records = await context.recordList.page(narrowed, limit, offset);
  return { records, total: await context.recordList.count(narrowed) };
}

/** Null = every row; a condition = the rows it holds for. Throws when the rule lets this caller read no record at all. */
function howToRead(
  context: RecordsContext,
  caller: Caller,
  collection: Collection,
): SqlCondition | null | 'row by row' {
  if (isAdmin(caller.actor)) return null;
  const rule = context.files.rules.collectionRule(collection.name, 'read');
  if (rule === undefined) throw recordDenied(caller, collection, 'read');
  const variables = recordRuleVariables(caller, collection, { doc: {} });
  const looksAtRecord = [...rule.members].some((member) => member.startsWith('doc.'));
  if (looksAtRecord) {
    return translateRule(rule, variables, recordRuleColumns(collection)) ?? 'row by row';
  }
  if (!rule.allows(variables)) throw recordDenied(caller, collection, 'read');
  return null;
}

const SCAN_BATCH = 500;

/** For rules that have no SQL: runs the rule over the selection, a portion at a time so that others get their turn. */
async function scan(
  context: RecordsContext,
  caller: Caller,
  selection: RecordSelection,
  limit: number,
  offset: number,
): Promise<RecordList> {
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
