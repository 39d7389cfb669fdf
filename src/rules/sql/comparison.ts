import type { Comparison } from '../expression.ts';
import { ERROR } from '../outcome.ts';
import type { Condition } from './condition.ts';
import { jsonEquals } from './json-operand.ts';
import { asScalar, isComparable, wherePresent, type Operand, type ScalarOperand } from './operand.ts';
import { sql, written } from './sql-text.ts';
import { Untranslatable } from './untranslatable.ts';

const OPERATORS: Readonly<Record<Comparison, string>> = {
  '==': '=',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

export function comparison(op: Comparison, left: Operand, right: Operand): Condition {
  if (left.kind === 'error' || right.kind === 'error') return ERROR;
  const isEquality = op === '==' || op === '!=';
  if (isEquality && left.kind === 'json' && right.kind === 'constant') {
    return jsonEquals(left, right.value, op);
  }
  if (isEquality && right.kind === 'json' && left.kind === 'constant') {
    return jsonEquals(right, left.value, op);
  }
  const [a, b] = [asScalar(left), asScalar(right)];
  if (a === null || b === null) throw new Untranslatable();
  if (isEquality && left.kind === 'constant' && a.type === 'bool') return is(b, left.value === (op === '=='));
  if (isEquality && right.kind === 'constant' && b.type === 'bool')
    return is(a, right.value === (op === '=='));
  if (isComparable(a.type, b.type)) return sql`${a.text} ${written(OPERATORS[op])} ${b.text}`;
  // Values of types that have nothing in common are not equal, and have no order.
  return isEquality ? wherePresent([a, b], written(op === '==' ? '0' : '1')) : ERROR;
}

/** Without a comparison of comparisons, so that an index can help. */
function is({ type, text }: ScalarOperand, expected: boolean): Condition {
  if (type !== 'bool') throw new Untranslatable();
  return expected ? text : sql`(NOT ${text})`;
}
