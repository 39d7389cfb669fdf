import { alternativesOf } from '../alternatives.ts';
import type { CompiledRule } from '../compile-rule.ts';
import type { RuleVariables } from '../rule-variables.ts';
import type { SqlColumn } from './sql-column.ts';
import type { SqlCondition } from './sql-condition.ts';
import { translateRule } from './translate-rule.ts';

/** Of a table's rows: every one (null), those that one of the conditions holds for, or what only running the rule tells. */
export type AllowedRows = readonly SqlCondition[] | null | 'row by row';

/** What a rule allows of the rows of a table, for the caller that `variables` tell of. */
export function allowedRows(
  rule: CompiledRule,
  variables: RuleVariables,
  columns: ReadonlyMap<string, SqlColumn>,
): AllowedRows {
  if (!looksAtRows(rule)) return rule.allows(variables) ? null : [];
  const conditions = alternativesOf(rule).map((each) => translateRule(each, variables, columns));
  if (conditions.some((condition) => condition?.sql === '1')) return null;
  const possible = conditions.filter((condition) => condition?.sql !== '0');
  const translated = possible.filter((condition) => condition !== null);
  return translated.length < possible.length ? 'row by row' : translated;
}

/** Whether what it says may differ from row to row. */
export function looksAtRows({ members }: CompiledRule): boolean {
  return [...members].some((member) => member.startsWith('doc.') || member.startsWith('file.'));
}
