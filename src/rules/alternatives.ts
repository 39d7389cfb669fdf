import { CompiledRule } from './compile-rule.ts';
import type { Expression } from './expression.ts';

/** Whoever asks for alternatives treats each apart; many small ones would cost more than one large. */
const MAX_ALTERNATIVES = 4;

const known = new WeakMap<CompiledRule, readonly CompiledRule[]>();

/**
 * The rule as a choice of rules, as `a || b` is one of two: it allows if and only if one of them does, because an
 * error on one side does not keep the other from allowing. What is the same for every caller comes first.
 */
export function alternativesOf(rule: CompiledRule): readonly CompiledRule[] {
  const alternatives = known.get(rule) ?? split(rule);
  known.set(rule, alternatives);
  return alternatives;
}

function split(rule: CompiledRule): readonly CompiledRule[] {
  const parts = disjuncts(rule.expression);
  if (parts.length === 1 || parts.length > MAX_ALTERNATIVES) return [rule];
  // Of what was parsed, never of the text: there parentheses in strings and comments would decide where a part ends.
  const alternatives = parts.map((part) => new CompiledRule(rule.source, rule.scope, part));
  return [...alternatives.filter((each) => !isPersonal(each)), ...alternatives.filter(isPersonal)];
}

function disjuncts(expression: Expression): Expression[] {
  if (expression.kind !== 'logic' || expression.op !== '||') return [expression];
  return [...disjuncts(expression.left), ...disjuncts(expression.right)];
}

function isPersonal({ members }: CompiledRule): boolean {
  return [...members].some((member) => !member.startsWith('doc.') && !member.startsWith('file.'));
}
