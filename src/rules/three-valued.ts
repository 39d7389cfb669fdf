import type { CompiledRule } from './compile-rule.ts';
import { judge, type DecisionTree } from './decision-tree.ts';
import { ANYTHING, both, either, ERROR, FALSE, negated, TRUE } from './outcome.ts';
import type { Context } from './program.ts';
import type { RuleVariables } from './rule-variables.ts';

export type Verdict = 'allow' | 'deny' | 'unknown';

/**
 * What the rule says while some members, as in `file.size`, are not known yet: `allow` or `deny` only if it would say
 * so whatever they turn out to be, absent included.
 */
export function decide(
  rule: CompiledRule,
  variables: RuleVariables,
  unknownMembers: Iterable<string>,
): Verdict {
  const possible = outcomes(rule.tree, rule.context(variables), new Set(unknownMembers));
  if (possible === TRUE) return 'allow';
  return (possible & TRUE) === 0 ? 'deny' : 'unknown';
}

function outcomes(tree: DecisionTree, context: Context, unknown: ReadonlySet<string>): number {
  switch (tree.kind) {
    case 'condition':
      return tree.members.some((member) => unknown.has(member)) ? ANYTHING : judge(tree, context);
    case 'not':
      return negated(outcomes(tree.operand, context, unknown));
    case 'logic': {
      const left = outcomes(tree.left, context, unknown);
      const right = outcomes(tree.right, context, unknown);
      return tree.op === '&&' ? both(left, right) : either(left, right);
    }
    case 'conditional': {
      const test = outcomes(tree.test, context, unknown);
      const then = test & TRUE ? outcomes(tree.then, context, unknown) : 0;
      const otherwise = test & FALSE ? outcomes(tree.otherwise, context, unknown) : 0;
      return then | otherwise | (test & ERROR);
    }
  }
}
