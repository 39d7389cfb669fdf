import type { CompiledRule } from './compile-rule.ts';
import { partsOf, type Expression } from './expression.ts';
import { RULE_FUNCTIONS } from './functions.ts';
import type { RuleType } from './rule-type.ts';
import type { Scope } from './scope.ts';
import { staticType } from './static-type.ts';

/** What a value may cost that is as long as anything a caller can send. */
const LONG = 100;

/** An upper bound, in no particular unit, for what an evaluation can cost, however long the values are. */
export function costOf({ expression, scope }: CompiledRule): number {
  return cost(scope, expression);
}

function cost(scope: Scope, expression: Expression): number {
  const inner = (parts: readonly Expression[]) => parts.reduce((sum, part) => sum + cost(scope, part), 0);
  if (expression.kind === 'macro') return cost(scope, expression.range) + LONG * (1 + inner(expression.body));
  return ownCost(scope, expression) + inner(partsOf(expression));
}

function ownCost(scope: Scope, expression: Expression): number {
  switch (expression.kind) {
    case 'call':
      return RULE_FUNCTIONS[expression.name]?.linear ? LONG : 1;
    case 'binary': {
      const { op, left, right } = expression;
      if (op === 'in') return right.kind === 'list' ? right.items.length : LONG;
      const types = [staticType(scope, left), staticType(scope, right)];
      return types.some((type) => isQuick(op, type)) ? 1 : LONG;
    }
    default:
      return 1;
  }
}

/** Comparing text ends at the first difference; joining it copies. */
function isQuick(op: string, type: RuleType): boolean {
  if (type === 'string') return op !== '+';
  return ['bool', 'int', 'double', 'timestamp', 'duration', 'null'].includes(type);
}
