import { ERROR, FALSE, TRUE } from '../outcome.ts';
import { NULL, sql, written, type SqlText } from './sql-text.ts';

/**
 * A condition: known already (one bit of an outcome), or as SQL that is 1, 0 or, for an error, NULL. SQL's AND, OR and
 * NOT treat NULL exactly as CEL's treat an error.
 */
export type Condition = number | SqlText;

export function conditionText(condition: Condition): SqlText {
  if (typeof condition !== 'number') return condition;
  return condition === ERROR ? NULL : written(condition === TRUE ? '1' : '0');
}

export function not(condition: Condition): Condition {
  if (typeof condition !== 'number') return sql`(NOT ${condition})`;
  return condition === TRUE ? FALSE : condition === FALSE ? TRUE : ERROR;
}

export function and(left: Condition, right: Condition): Condition {
  if (left === FALSE || right === FALSE) return FALSE;
  if (left === TRUE) return right;
  if (right === TRUE || (left === ERROR && right === ERROR)) return left;
  return sql`(${conditionText(left)} AND ${conditionText(right)})`;
}

export function or(left: Condition, right: Condition): Condition {
  if (left === TRUE || right === TRUE) return TRUE;
  if (left === FALSE) return right;
  if (right === FALSE || (left === ERROR && right === ERROR)) return left;
  return sql`(${conditionText(left)} OR ${conditionText(right)})`;
}
