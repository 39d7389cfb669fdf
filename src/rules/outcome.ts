/** What a condition may turn out to be, as a set of bits: one bit once it is known. */
export const TRUE = 1;
export const FALSE = 2;
export const ERROR = 4;
export const ANYTHING = TRUE | FALSE | ERROR;

export function outcomeOf(value: unknown): number {
  if (value === true) return TRUE;
  return value === false ? FALSE : ERROR;
}

export function negated(outcomes: number): number {
  return (outcomes & TRUE ? FALSE : 0) | (outcomes & FALSE ? TRUE : 0) | (outcomes & ERROR);
}

/** `&&` on every pair: false wins over an error, an error over true. */
export function both(left: number, right: number): number {
  const isFalse = (left | right) & FALSE;
  const isTrue = left & right & TRUE;
  const isError = (left & ERROR && right & (TRUE | ERROR)) || (right & ERROR && left & (TRUE | ERROR));
  return isFalse | isTrue | (isError ? ERROR : 0);
}

/** `||` on every pair: true wins over an error, an error over false. */
export function either(left: number, right: number): number {
  return negated(both(negated(left), negated(right)));
}
