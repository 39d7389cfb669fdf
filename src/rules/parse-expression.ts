import { Environment, ParseError, type ASTNode } from '@marcbachmann/cel-js';
import type { Expression } from './expression.ts';
import { lower } from './lower.ts';
import { RuleError } from './rule-error.ts';
import type { Scope } from './scope.ts';

const MAX_LENGTH = 4_000;
const MAX_NODES = 400;
const MAX_DEPTH = 32;

const parser = new Environment({
  limits: { maxAstNodes: MAX_NODES, maxDepth: MAX_DEPTH, maxListElements: 200 },
});

/** Reads a rule's text; throws RuleError. */
export function parseExpression(text: string, scope: Scope): Expression {
  const whole = { start: 0, end: text.length };
  if (text.length > MAX_LENGTH) {
    throw new RuleError(`is ${text.length} characters long; at most ${MAX_LENGTH} are allowed`, whole);
  }
  if (!text.isWellFormed()) throw new RuleError('holds half of a surrogate pair', whole);
  return lower(parse(text), { scope, maxDepth: MAX_DEPTH });
}

function parse(text: string): ASTNode {
  try {
    return parser.parse(text).ast;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw syntaxError(error, text);
  }
}

const LIMITS: Readonly<Record<string, string>> = {
  maxAstNodes: `has more than ${MAX_NODES} parts`,
  maxDepth: `is nested more than ${MAX_DEPTH} levels deep`,
  maxListElements: 'has a list of more than 200 items',
  maxMapEntries: 'has a map of too many entries',
  maxCallArguments: 'has a call with too many arguments',
};

function syntaxError({ code, summary, range }: ParseError, text: string): RuleError {
  const at = range ?? { start: text.length, end: text.length };
  const limit = /^Exceeded (\w+)/.exec(summary)?.[1] ?? '';
  if (code === 'limit_exceeded') return new RuleError(LIMITS[limit] ?? summary, at);
  const next = text.slice(at.start, at.end);
  if (next === '=') return new RuleError('is not valid: one "=" compares nothing', at, 'write "=="');
  if (next === '&' || next === '|') {
    return new RuleError(`is not valid: "${next}" stands alone`, at, `write "${next}${next}"`);
  }
  if (at.start >= text.length) return new RuleError('is not valid: it ends too early', at);
  return new RuleError(`is not valid: ${summary.charAt(0).toLowerCase()}${summary.slice(1)}`, at);
}
