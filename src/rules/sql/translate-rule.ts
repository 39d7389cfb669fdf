import type { CompiledRule } from '../compile-rule.ts';
import type { RuleVariables } from '../rule-variables.ts';
import type { SqlColumn } from './sql-column.ts';
import type { SqlCondition } from './sql-condition.ts';

/**
 * The rule as a condition over a table's columns, with everything but the row's own members bound to what `variables`
 * say; null where it has none and must be run row by row.
 */
export function translateRule(
  rule: CompiledRule,
  variables: RuleVariables,
  columns: ReadonlyMap<string, SqlColumn>,
): SqlCondition | null {
  const looksAtRow = [...rule.members].some((member) => columns.has(member.replace(/^\w+\./, '')));
  if (looksAtRow) return null;
  return { sql: rule.allows(variables) ? '1' : '0', params: [] };
}
