import { memberKey, membersOf, type Expression } from './expression.ts';
import { both, either, ERROR, FALSE, negated, outcomeOf, TRUE } from './outcome.ts';
import type { Context, Program, ProgramCompiler } from './program.ts';

/**
 * A rule by the conditions it is made of. Walking it ourselves tells which of them decided, allows for members that
 * are not known yet, and spares the library the members that are absent: an exception costs 50 times an answer.
 */
export type DecisionTree =
  | {
      readonly kind: 'condition';
      readonly expression: Expression;
      readonly members: readonly string[];
      /** Members without which it is an error, whatever else holds. */
      readonly needs: readonly { readonly slot: string; readonly member: string }[];
      readonly run: Program;
    }
  | { readonly kind: 'not'; readonly operand: DecisionTree }
  | {
      readonly kind: 'logic';
      readonly op: '&&' | '||';
      readonly left: DecisionTree;
      readonly right: DecisionTree;
    }
  | {
      readonly kind: 'conditional';
      readonly test: DecisionTree;
      readonly then: DecisionTree;
      readonly otherwise: DecisionTree;
    };

export type Condition = Extract<DecisionTree, { kind: 'condition' }>;

export function buildDecisionTree(compiler: ProgramCompiler, expression: Expression): DecisionTree {
  const build = (part: Expression) => buildDecisionTree(compiler, part);
  switch (expression.kind) {
    case 'not':
      return { kind: 'not', operand: build(expression.operand) };
    case 'logic':
      return {
        kind: 'logic',
        op: expression.op,
        left: build(expression.left),
        right: build(expression.right),
      };
    case 'conditional':
      return {
        kind: 'conditional',
        test: build(expression.test),
        then: build(expression.then),
        otherwise: build(expression.otherwise),
      };
    default:
      return {
        kind: 'condition',
        expression,
        members: [...membersOf(expression)],
        needs: strictMembers(expression).map((member) => ({
          slot: compiler.valueSlot(member),
          member: memberKey(member),
        })),
        run: compiler.compile(expression),
      };
  }
}

/** One bit: what the rule comes to. */
export function judge(tree: DecisionTree, context: Context): number {
  switch (tree.kind) {
    case 'condition':
      return judgeCondition(tree, context);
    case 'not':
      return negated(judge(tree.operand, context));
    case 'logic': {
      const left = judge(tree.left, context);
      if (left === (tree.op === '&&' ? FALSE : TRUE)) return left;
      const right = judge(tree.right, context);
      return tree.op === '&&' ? both(left, right) : either(left, right);
    }
    case 'conditional': {
      const test = judge(tree.test, context);
      if (test === ERROR) return ERROR;
      return judge(test === TRUE ? tree.then : tree.otherwise, context);
    }
  }
}

function judgeCondition({ needs, run }: Condition, context: Context): number {
  for (const { slot } of needs) if (context[slot] === undefined) return ERROR;
  try {
    return outcomeOf(run(context));
  } catch {
    return ERROR;
  }
}

/** Every operation fails without its operands, but for those that may never come to look at one. */
function strictMembers(expression: Expression): Extract<Expression, { kind: 'member' }>[] {
  switch (expression.kind) {
    case 'literal':
    case 'iterator':
    case 'logic':
      return [];
    case 'member':
      return [expression];
    case 'has':
      return expression.operand.kind === 'member' ? [] : strictMembers(expression.operand.operand);
    case 'not':
    case 'negate':
    case 'select':
      return strictMembers(expression.operand);
    case 'index':
      return [expression.operand, expression.index].flatMap(strictMembers);
    case 'list':
      return expression.items.flatMap(strictMembers);
    case 'binary':
      return [expression.left, expression.right].flatMap(strictMembers);
    case 'conditional':
      return strictMembers(expression.test);
    case 'call':
      return expression.args.flatMap(strictMembers);
    case 'macro':
      return strictMembers(expression.range);
  }
}
