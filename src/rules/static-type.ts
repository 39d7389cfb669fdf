import { COMPARISONS, type Expression } from './expression.ts';
import { RULE_FUNCTIONS } from './functions.ts';
import type { RuleType } from './rule-type.ts';
import type { Scope } from './scope.ts';

/** The type of a part of a rule; `dyn` where only its values will tell. */
export function staticType(scope: Scope, expression: Expression): RuleType {
  const typeOf = (part: Expression) => staticType(scope, part);
  switch (expression.kind) {
    case 'literal':
      return literalType(expression.value);
    case 'member':
      return scope.get(expression.root)?.get(expression.name) ?? 'dyn';
    case 'has':
    case 'not':
    case 'logic':
      return 'bool';
    case 'iterator':
    case 'select':
      return 'dyn';
    case 'index':
      return typeOf(expression.operand) === 'list<string>' ? 'string' : 'dyn';
    case 'list':
      return expression.items.every((item) => typeOf(item) === 'string') ? 'list<string>' : 'list';
    case 'negate':
      return typeOf(expression.operand);
    case 'binary': {
      const { op, left, right } = expression;
      if (op === 'in' || COMPARISONS.some((comparison) => comparison === op)) return 'bool';
      return arithmeticType(op, typeOf(left), typeOf(right));
    }
    case 'conditional': {
      const [then, otherwise] = [typeOf(expression.then), typeOf(expression.otherwise)];
      return then === otherwise ? then : 'dyn';
    }
    case 'call':
      return RULE_FUNCTIONS[expression.name]?.returns ?? 'dyn';
    case 'macro':
      return expression.name === 'map' || expression.name === 'filter' ? 'list' : 'bool';
  }
}

function literalType(value: string | bigint | number | boolean | null): RuleType {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' ? 'int' : 'double';
}

function arithmeticType(op: string, left: RuleType, right: RuleType): RuleType {
  if (left === right) return left === 'timestamp' && op === '-' ? 'duration' : left;
  const types = [left, right];
  if (types.includes('timestamp') && types.includes('duration')) return 'timestamp';
  return 'dyn';
}
