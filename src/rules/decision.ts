import { isAdmin, type Actor } from '../auth/actor.ts';
import type { CompiledRule } from './compile-rule.ts';
import type { RuleVariables } from './rule-variables.ts';

/** Whether the actor may. Admins pass without evaluation; a missing rule denies everyone else. */
export function permits(
  rule: CompiledRule | undefined,
  actor: Actor,
  variables: () => RuleVariables,
): boolean {
  return isAdmin(actor) || (rule?.allows(variables()) ?? false);
}
