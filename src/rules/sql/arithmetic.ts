import { asScalar, ERROR_OPERAND, type Operand, type Range, type ScalarOperand } from './operand.ts';
import type { Arithmetic } from '../expression.ts';
import { sql, written, type SqlText } from './sql-text.ts';
import { Untranslatable } from './untranslatable.ts';

const INT64: Range = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
/** What a column of whole numbers holds. */
export const COLUMN_RANGE: Range = { min: -(2n ** 53n) + 1n, max: 2n ** 53n - 1n };

/**
 * SQLite turns an int that overflows into a double, and CEL into an error: only what cannot overflow is translated. So
 * are doubles only where no infinity meets another, which would be NaN for CEL and NULL for SQLite.
 */
export function arithmetic(op: Arithmetic, left: Operand, right: Operand): Operand {
  if (left.kind === 'error' || right.kind === 'error') return ERROR_OPERAND;
  const [a, b] = [asScalar(left), asScalar(right)];
  if (a === null || b === null) throw new Untranslatable();
  switch (`${a.type} ${op} ${b.type}`) {
    case 'string + string':
      return result('string', sql`(${a.text} || ${b.text})`, a, b);
    case 'timestamp + duration':
    case 'duration + timestamp':
      return result('timestamp', sql`(${a.text} + ${b.text})`, a, b);
    case 'timestamp - duration':
      return result('timestamp', sql`(${a.text} - ${b.text})`, a, b);
    case 'timestamp - timestamp':
      return result('duration', sql`(${a.text} - ${b.text})`, a, b);
    default:
      if (a.type === 'int' && b.type === 'int') return wholeArithmetic(op, a, b);
      if (a.type === 'double' && b.type === 'double') return realArithmetic(op, a, b);
      // CEL has no such operation, which only the values of a dynamic type can bring about.
      return ERROR_OPERAND;
  }
}

export function negation(operand: Operand): Operand {
  if (operand.kind === 'error') return ERROR_OPERAND;
  const scalar = asScalar(operand);
  if (scalar?.type === 'int') {
    return wholeArithmetic(
      '-',
      { ...scalar, text: written('0'), nullable: false, range: { min: 0n, max: 0n } },
      scalar,
    );
  }
  if (scalar?.type === 'double') return { ...scalar, text: sql`(-${scalar.text})` };
  throw new Untranslatable();
}

function wholeArithmetic(op: Arithmetic, a: ScalarOperand, b: ScalarOperand): Operand {
  const range = rangeOf(op, a.range ?? INT64, b.range ?? INT64);
  if (range.min < INT64.min || range.max > INT64.max) throw new Untranslatable();
  const nullable = a.nullable || b.nullable || op === '/' || op === '%';
  return { ...result('int', infix(op, a.text, b.text), a, b), nullable, range };
}

function rangeOf(op: Arithmetic, a: Range, b: Range): Range {
  switch (op) {
    case '+':
      return { min: a.min + b.min, max: a.max + b.max };
    case '-':
      return { min: a.min - b.max, max: a.max - b.min };
    case '*': {
      const corners = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
      return corners.reduce<Range>(
        ({ min, max }, corner) => ({ min: corner < min ? corner : min, max: corner > max ? corner : max }),
        { min: a.min * b.min, max: a.min * b.min },
      );
    }
    case '/':
      return symmetric(a);
    case '%':
      return symmetric(b);
  }
}

function symmetric({ min, max }: Range): Range {
  const most = -min > max ? -min : max;
  return { min: -most, max: most };
}

function realArithmetic(op: Arithmetic, a: ScalarOperand, b: ScalarOperand): Operand {
  const divisor = b.text.sql === '?' ? b.text.params[0] : 0;
  if (op === '%' || (op === '/' && divisor === 0)) throw new Untranslatable();
  if (a.finite !== true || b.finite !== true) throw new Untranslatable();
  return { ...result('double', infix(op, a.text, b.text), a, b), finite: false };
}

function infix(op: Arithmetic, a: SqlText, b: SqlText): SqlText {
  return sql`(${a} ${written(op)} ${b})`;
}

function result(
  type: ScalarOperand['type'],
  text: SqlText,
  a: ScalarOperand,
  b: ScalarOperand,
): ScalarOperand {
  return { kind: 'scalar', type, text, nullable: a.nullable || b.nullable };
}
