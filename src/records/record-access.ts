import type { Caller } from '../auth/caller.ts';
import { isAdmin } from '../auth/actor.ts';
import { AppError } from '../lib/errors.ts';
import { permits } from '../rules/decision.ts';
import type { RuleVariables } from '../rules/rule-variables.ts';
import { decide } from '../rules/three-valued.ts';
import { authVariables, recordVariables, requestVariables } from '../rules/variables.ts';
import type { Collection, CollectionOperation } from '../schema/schema.ts';
import type { RecordValues } from './record.ts';
import type { RecordsContext } from './records-context.ts';

/** What a rule sees: the stored record, or the candidate of a creation, and on update also what it shall become. */
export interface RecordFacts {
  readonly doc: RecordValues;
  readonly newDoc?: RecordValues;
}

export function recordRuleVariables(
  caller: Caller,
  { fields }: Collection,
  { doc, newDoc }: RecordFacts,
): RuleVariables {
  return {
    auth: authVariables(caller.actor),
    request: requestVariables(caller),
    doc: recordVariables(fields, doc),
    ...(newDoc === undefined ? {} : { new_doc: recordVariables(fields, newDoc) }),
  };
}

/** Whether the caller may do this to this record. */
export function mayAccessRecord(
  context: RecordsContext,
  caller: Caller,
  collection: Collection,
  operation: CollectionOperation,
  facts: RecordFacts,
): boolean {
  const rule = context.files.rules.collectionRule(collection.name, operation);
  return permits(rule, caller.actor, () => recordRuleVariables(caller, collection, facts));
}

/** Throws UNAUTHORIZED or FORBIDDEN unless the caller may do this to this record. */
export function requireRecordAccess(
  context: RecordsContext,
  caller: Caller,
  collection: Collection,
  operation: CollectionOperation,
  facts: RecordFacts,
): void {
  if (!mayAccessRecord(context, caller, collection, operation, facts)) {
    throw recordDenied(caller, collection, operation);
  }
}

/** Turns away a caller whom the rule denies whatever the record is, before anything is looked at. */
export function refuseRecordEarly(
  context: RecordsContext,
  caller: Caller,
  collection: Collection,
  operation: CollectionOperation,
): void {
  refuseWhenCertain(context, caller, collection, operation, { doc: {} }, /^(new_)?doc\./);
}

/** Turns away a caller whom the rule denies whatever the record shall become, before the body is judged. */
export function refuseChangeEarly(
  context: RecordsContext,
  caller: Caller,
  collection: Collection,
  doc: RecordValues,
): void {
  refuseWhenCertain(context, caller, collection, 'update', { doc, newDoc: {} }, /^new_doc\./);
}

function refuseWhenCertain(
  context: RecordsContext,
  caller: Caller,
  collection: Collection,
  operation: CollectionOperation,
  facts: RecordFacts,
  unknown: RegExp,
): void {
  if (isAdmin(caller.actor)) return;
  const rule = context.files.rules.collectionRule(collection.name, operation);
  const unknownMembers = [...(rule?.members ?? [])].filter((member) => unknown.test(member));
  const variables = recordRuleVariables(caller, collection, facts);
  if (rule === undefined || decide(rule, variables, unknownMembers) === 'deny') {
    throw recordDenied(caller, collection, operation);
  }
}

export function recordDenied(caller: Caller, { name }: Collection, operation: CollectionOperation): AppError {
  const details = { collection: name, operation };
  if (caller.actor.id === null) {
    const message = `Log in first: collection "${name}" does not let anonymous callers ${operation}.`;
    return new AppError('UNAUTHORIZED', message, details);
  }
  return new AppError(
    'FORBIDDEN',
    `The "${operation}" rule of collection "${name}" does not allow this.`,
    details,
  );
}
