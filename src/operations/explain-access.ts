import { isAdmin } from '../auth/actor.ts';
import type { Caller } from '../auth/caller.ts';
import type { SourcePosition } from '../lib/problem.ts';
import type { CompiledRule } from '../rules/compile-rule.ts';
import { explainRule, type DecidingCondition } from '../rules/explain-rule.ts';
import type { RuleVariables } from '../rules/rule-variables.ts';

export const DECIDERS = ['admin', 'missing_rule', 'bucket_rule', 'file_rule', 'collection_rule'] as const;

export interface AccessExplanation {
  readonly allowed: boolean;
  /** `admin`: the caller is one, which passes every rule. */
  readonly decidedBy: (typeof DECIDERS)[number];
  /** The rule that is in force, and where it is written; a file's own is written nowhere. Null = there is none. */
  readonly rule: { readonly text: string; readonly at: SourcePosition | null } | null;
  /** The conditions that would have to be otherwise for the rule to say otherwise. */
  readonly conditions: readonly DecidingCondition[];
}

export interface Ruling {
  readonly by: 'bucket_rule' | 'file_rule' | 'collection_rule';
  readonly rule: CompiledRule | undefined;
  readonly at: SourcePosition | null;
}

/** What the ruling says to this caller, and why; it decides as `permits` does. */
export function explainAccess(
  caller: Caller,
  { by, rule, at }: Ruling,
  variables: RuleVariables,
): AccessExplanation {
  const written = rule === undefined ? null : { text: rule.source, at };
  if (isAdmin(caller.actor)) return { allowed: true, decidedBy: 'admin', rule: written, conditions: [] };
  if (rule === undefined) return { allowed: false, decidedBy: 'missing_rule', rule: null, conditions: [] };
  const { allowed, decidedBy: conditions } = explainRule(rule, variables);
  return { allowed, decidedBy: by, rule: written, conditions };
}
