import { hintAmong } from '../lib/shape-problems.ts';
import { compilePattern } from '../schema/field-value.ts';
import type { Expression, Span } from './expression.ts';
import { RULE_FUNCTIONS } from './functions.ts';
import { RuleError } from './rule-error.ts';

const MAX_PATTERN_LENGTH = 500;

/** Throws RuleError unless there is such a function and it can be called like this. */
export function checkCall(
  at: Span,
  name: string,
  args: readonly Expression[],
  form: 'function' | 'method',
): void {
  const known = Object.hasOwn(RULE_FUNCTIONS, name) ? RULE_FUNCTIONS[name] : undefined;
  if (known === undefined) {
    throw new RuleError(
      `calls an unknown function: ${name}`,
      at,
      hintAmong(name, Object.keys(RULE_FUNCTIONS)),
    );
  }
  if (known.as !== 'both' && known.as !== form) {
    const hint = form === 'function' ? `write it as text.${name}(…)` : `write it as ${name}(…)`;
    throw new RuleError(`calls ${name}() as a ${form}`, at, hint);
  }
  if (!known.arity.includes(args.length)) {
    throw new RuleError(`calls ${name}() with the wrong number of arguments`, at);
  }
  if (name === 'matches') checkPattern(args[1]);
}

/** A pattern is compiled once, at load, so that a bad one is an error then and none is ever made of a caller's text. */
function checkPattern(pattern: Expression | undefined): void {
  if (pattern === undefined) return;
  if (pattern.kind !== 'literal' || typeof pattern.value !== 'string') {
    throw new RuleError('matches() against a pattern that is not written out', pattern, 'write it in quotes');
  }
  if (pattern.value.length > MAX_PATTERN_LENGTH) {
    throw new RuleError(`has a pattern of more than ${MAX_PATTERN_LENGTH} characters`, pattern);
  }
  if (compilePattern(pattern.value) === null) {
    throw new RuleError(
      'has a pattern that is not valid',
      pattern,
      'it is in RE2 syntax: no look-ahead, no \\1',
    );
  }
}
