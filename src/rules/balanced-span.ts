import type { Span } from './expression.ts';

const TOKENS = /("""|'''|"|')(?:\\.|.)*?\1|[()]/gs;

/** The span with the parentheses that its outermost operands stand in: the parser keeps none of them. */
export function balancedSpan(source: string, { start, end }: Span): Span {
  const { unopened, unclosed } = unbalanced(source.slice(start, end));
  return { start: reach(source, start, unopened, -1), end: reach(source, end, unclosed, 1) };
}

function unbalanced(text: string): { unopened: number; unclosed: number } {
  let [unopened, unclosed] = [0, 0];
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '(') unclosed += 1;
    else if (token === ')' && unclosed > 0) unclosed -= 1;
    else if (token === ')') unopened += 1;
  }
  return { unopened, unclosed };
}

function reach(source: string, from: number, parentheses: number, step: -1 | 1): number {
  let at = from;
  for (let missing = parentheses; missing > 0 && at >= 0 && at <= source.length; at += step) {
    const character = step === 1 ? source[at] : source[at - 1];
    if (character === (step === 1 ? ')' : '(')) missing -= 1;
  }
  return Math.min(Math.max(at, 0), source.length);
}
