import { balancedSpan } from './balanced-span.ts';
import type { CompiledRule } from './compile-rule.ts';
import { judge, type Condition, type DecisionTree } from './decision-tree.ts';
import { ERROR, FALSE, outcomeOf, TRUE } from './outcome.ts';
import type { Context } from './program.ts';
import type { RuleVariables } from './rule-variables.ts';

export interface Explanation {
  readonly allowed: boolean;
  /** The conditions that would have to be otherwise for the rule to say otherwise, in the order of its text. */
  readonly decidedBy: readonly DecidingCondition[];
}

/** A condition of the rule, with its place in the rule's text. */
export interface DecidingCondition {
  readonly source: string;
  readonly start: number;
  readonly end: number;
  /** Null = it has none; then `error` says why. */
  readonly value: boolean | null;
  readonly error: string | null;
}

/** What the rule says, and which of its conditions made it say so. */
export function explainRule(rule: CompiledRule, variables: RuleVariables): Explanation {
  const context = rule.context(variables);
  const decidedBy = deciders(rule.tree, context).map((condition) => {
    const { start, end } = balancedSpan(rule.source, condition.expression);
    return { source: rule.source.slice(start, end), start, end, ...result(condition, context) };
  });
  return { allowed: judge(rule.tree, context) === TRUE, decidedBy };
}

function deciders(tree: DecisionTree, context: Context): Condition[] {
  switch (tree.kind) {
    case 'condition':
      return [tree];
    case 'not':
      return deciders(tree.operand, context);
    case 'logic': {
      const sides = [tree.left, tree.right];
      const decisive = sides.filter((side) => judge(side, context) === (tree.op === '&&' ? FALSE : TRUE));
      const [first] = decisive;
      if (first !== undefined) return deciders(first, context);
      const failed = sides.filter((side) => judge(side, context) === ERROR);
      const blamed = tree.op === '&&' && failed.length > 0 ? failed : sides;
      return blamed.flatMap((side) => deciders(side, context));
    }
    case 'conditional': {
      const test = judge(tree.test, context);
      const chosen = test === ERROR ? [] : deciders(test === TRUE ? tree.then : tree.otherwise, context);
      return [...deciders(tree.test, context), ...chosen];
    }
  }
}

function result({ needs, run }: Condition, context: Context): Pick<DecidingCondition, 'value' | 'error'> {
  const absent = needs.find(({ slot }) => context[slot] === undefined);
  if (absent !== undefined) return { value: null, error: `${absent.member} is absent` };
  try {
    const value = run(context);
    if (outcomeOf(value) !== ERROR) return { value: value === true, error: null };
    return { value: null, error: 'is neither true nor false' };
  } catch (error) {
    return { value: null, error: summaryOf(error) };
  }
}

/** Without the excerpt that the library adds, which is of its text, not of the rule's. */
function summaryOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? '';
}
