import { ERROR } from '../outcome.ts';
import type { Condition } from './condition.ts';
import { jsonHolds, jsonItems } from './json-operand.ts';
import {
  asScalar,
  isComparable,
  scalarConstant,
  wherePresent,
  type Operand,
  type ScalarOperand,
} from './operand.ts';
import { joinSql, sql, written, type SqlText } from './sql-text.ts';
import { Untranslatable } from './untranslatable.ts';

/** `needle in container`, for a container that is one value. */
export function membership(needle: Operand, container: Operand): Condition {
  if (needle.kind === 'error' || container.kind === 'error') return ERROR;
  const scalar = asScalar(needle);
  if (scalar === null) throw new Untranslatable();
  switch (container.kind) {
    case 'list':
      return listHolds(container, scalar);
    case 'json':
      return jsonHolds(container, scalar);
    case 'constant':
      return constantHolds(container.value, scalar);
    default:
      return ERROR;
  }
}

/** `needle in [items]`: an error if any of them is one. */
export function literalMembership(needle: Operand, items: readonly Operand[]): Condition {
  if (needle.kind === 'error' || items.some(({ kind }) => kind === 'error')) return ERROR;
  const scalar = asScalar(needle);
  const scalars = items.map(asScalar);
  if (scalar === null || !scalars.every((item) => item !== null)) throw new Untranslatable();
  return wherePresent(scalars, among(scalar, scalars));
}

function constantHolds(value: unknown, needle: ScalarOperand): Condition {
  if (value instanceof Map) {
    const keys = [...value.keys()].map(scalarConstant).filter((key) => key !== null);
    return among(needle, needle.type === 'string' ? keys : []);
  }
  if (!Array.isArray(value)) return ERROR;
  const items = value.map(scalarConstant).filter((item) => item !== null);
  return among(needle, items);
}

/** NULL for a needle that is: SQL says so itself, but not of an empty list. */
function among(needle: ScalarOperand, items: readonly ScalarOperand[]): SqlText {
  const comparable = items.filter(({ type }) => isComparable(type, needle.type));
  if (comparable.length === 0) return wherePresent([needle], written('0'));
  return sql`${needle.text} IN (${joinSql(
    comparable.map(({ text }) => text),
    ', ',
  )})`;
}

function listHolds({ text }: Extract<Operand, { kind: 'list' }>, needle: ScalarOperand): Condition {
  const list: ScalarOperand = { kind: 'scalar', type: 'string', text, nullable: true };
  const holds =
    needle.type === 'string'
      ? sql`${needle.text} IN (SELECT json_each.value ${jsonItems(text)})`
      : written('0');
  return wherePresent([list, needle], holds);
}
