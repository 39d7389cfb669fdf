import { isAdmin } from '../auth/actor.ts';
import type { Caller } from '../auth/caller.ts';
import type { JsonObject } from '../lib/json.ts';
import { buildRecord } from '../records/build-record.ts';
import { documentNotFound, requireKey } from '../records/get-record.ts';
import { recordRuleVariables, type RecordFacts } from '../records/record-access.ts';
import type { RecordValues } from '../records/record.ts';
import { requireCollection, type RecordsContext } from '../records/records-context.ts';
import type { Collection, CollectionOperation } from '../schema/schema.ts';
import { explainAccess, type AccessExplanation } from './explain-access.ts';

export interface RecordQuestion {
  readonly collection: string;
  readonly operation: CollectionOperation;
  /** A record that exists. */
  readonly recordId: string | undefined;
  /** What the caller would send: the whole record on `create`, what changes on `update`. */
  readonly candidate: JsonObject | undefined;
}

/** Whether the caller might do this to the record, and what says so. Throws VALIDATION_ERROR for an impossible record. */
export async function explainRecordAccess(
  context: RecordsContext,
  caller: Caller,
  { collection: name, operation, recordId, candidate }: RecordQuestion,
): Promise<AccessExplanation> {
  const collection = requireCollection(context, name);
  const ruling = {
    by: 'collection_rule',
    rule: context.files.rules.collectionRule(name, operation),
    at: collection.rules[operation]?.at ?? null,
  } as const;
  const explain = (facts: RecordFacts) =>
    explainAccess(caller, ruling, recordRuleVariables(caller, collection, facts));
  const build = (stored: RecordValues | null) =>
    buildRecord(context.files, {
      collection,
      body: candidate ?? {},
      stored,
      partial: stored !== null,
      isAdmin: isAdmin(caller.actor),
    });

  const stored = recordId === undefined ? null : await findRecord(context, collection, recordId);
  if (operation !== 'update') return explain({ doc: stored ?? (candidate === undefined ? {} : build(null)) });
  // As a real update is judged: may this record be changed at all, and then, may it become that.
  const before = stored ?? {};
  const asItIs = explain({ doc: before, newDoc: before });
  if (!asItIs.allowed || candidate === undefined || stored === null) return asItIs;
  return explain({ doc: stored, newDoc: build(stored) });
}

async function findRecord(
  context: RecordsContext,
  collection: Collection,
  id: string,
): Promise<RecordValues> {
  const record = await context.records.find(collection, requireKey(collection, id));
  if (record === null) throw documentNotFound(collection, id);
  return record;
}
