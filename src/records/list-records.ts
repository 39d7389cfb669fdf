import { isAdmin } from '../auth/actor.ts';
import type { Caller } from '../auth/caller.ts';
import { alternativesOf } from '../rules/alternatives.ts';
import type { SqlCondition } from '../rules/sql/sql-condition.ts';
import { translateRule } from '../rules/sql/translate-rule.ts';
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
  const reading = howToRead(context, caller, selection.collection);
  if (reading === 'row by row') {
    return scan(context, caller, { ...selection, alternatives: null }, limit, offset);
  }
  return context.recordList.page({ ...selection, alternatives: reading }, limit, offset);
}

/** Null = every row; conditions = the rows that one of them holds for. Throws when the rule lets this caller read no record at all. */
function howToRead(
  context: RecordsContext,
  caller: Caller,
  collection: Collection,
): readonly SqlCondition[] | null | 'row by row' {
  if (isAdmin(caller.actor)) return null;
  const rule = context.files.rules.collectionRule(collection.name, 'read');
  if (rule === undefined) throw recordDenied(caller, collection, 'read');
  const variables = recordRuleVariables(caller, collection, { doc: {} });
  const looksAtRecord = [...rule.members].some((member) => member.startsWith('doc.'));
  if (!looksAtRecord) {
    if (!rule.allows(variables)) throw recordDenied(caller, collection, 'read');
    return null;
  }
  const columns = recordRuleColumns(collection);
  const conditions = alternativesOf(rule).map((each) => translateRule(each, variables, columns));
  const translated = conditions.filter((condition) => condition !== null);
  return translated.length < conditions.length ? 'row by row' : translated;
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
