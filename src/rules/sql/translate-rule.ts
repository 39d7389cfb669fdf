import type { CompiledRule } from '../compile-rule.ts';
import type { RuleVariables } from '../rule-variables.ts';
import { conditionText } from './condition.ts';
import type { SqlColumn } from './sql-column.ts';
import type { SqlCondition } from './sql-condition.ts';
import { Translation } from './translation.ts';
import { Untranslatable } from './untranslatable.ts';

/**
 * The rule as a condition over a table's columns, with everything but the row's own members bound to what `variables`
 * say; null where it has none and must be run row by row. It holds for exactly the rows that the rule allows.
 */
export function translateRule(
  rule: CompiledRule,
  variables: RuleVariables,
  columns: ReadonlyMap<string, SqlColumn>,
): SqlCondition | null {
  try {
    return conditionText(new Translation(rule, variables, columns).condition(rule.expression, true));
  } catch (error) {
    if (error instanceof Untranslatable) return null;
    throw error;
  }
}
