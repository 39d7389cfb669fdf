import { requestJson } from './request.ts';
import type { Operation, Position } from './schema.ts';

export interface RuleQuestion {
  readonly kind: 'bucket' | 'collection';
  readonly name: string;
  readonly operation: Operation;
  /** Null = somebody who is not logged in. */
  readonly userId: string | null;
  /** A file or record that is there. */
  readonly targetId: string | null;
  /** What would be sent, where there is no target yet or it would be changed. */
  readonly candidate: Readonly<Record<string, unknown>> | null;
}

/** A condition of the rule's text, from `start` to `end`. */
export interface DecidingCondition {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly value: boolean | null;
  readonly error: string | null;
}

export interface RuleAnswer {
  readonly allowed: boolean;
  readonly message: string;
  readonly rule: { readonly text: string; readonly at: Position | null } | null;
  readonly conditions: readonly DecidingCondition[];
}

/** Whether somebody might do something, and what decides that. Nothing is done. */
export function explainRule(question: RuleQuestion): Promise<RuleAnswer> {
  const { kind, name, operation, userId, targetId, candidate } = question;
  return requestJson('/api/admin/rules/explain', {
    method: 'POST',
    json: {
      [kind]: name,
      operation,
      user: userId === null ? null : { id: userId },
      ...(targetId !== null && { [kind === 'bucket' ? 'file_id' : 'record_id']: targetId }),
      ...(candidate !== null && { candidate }),
    },
  });
}
