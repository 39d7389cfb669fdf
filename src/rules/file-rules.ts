import { AppError } from '../lib/errors.ts';
import { hintAmong } from '../lib/shape-problems.ts';
import type { BucketOperation } from '../schema/schema.ts';
import { compileRule, type CompiledRule } from './compile-rule.ts';
import { costOf } from './cost.ts';
import { RuleError } from './rule-error.ts';
import { bucketScope } from './scope.ts';

/** What a file's own rules can decide; `create` is over by then. */
const OPERATIONS = ['read', 'update', 'download', 'delete'] as const satisfies readonly BucketOperation[];

const MAX_LENGTH = 1_000;
const MAX_COST = 5_000;

/** Checks what somebody wants to store as `metadata.rules`; throws INVALID_RULE. */
export function compileFileRules(rules: unknown): void {
  if (typeof rules !== 'object' || rules === null || Array.isArray(rules)) {
    throw invalid('metadata.rules must be an object such as {"read": "auth.id != null"}', null);
  }
  for (const [operation, text] of Object.entries(rules)) {
    if (!OPERATIONS.some((known) => known === operation)) {
      throw invalid(`A file has no "${operation}" rule; ${hintAmong(operation, OPERATIONS)}`, operation);
    }
    if (typeof text !== 'string') throw invalid(`The file's "${operation}" rule must be text`, operation);
    compileFileRule(operation, text);
  }
}

/** The file's own rule for the operation; undefined = it has none. `rules` is what the file's metadata hold. */
export function fileRule(rules: unknown, operation: BucketOperation): CompiledRule | undefined {
  if (typeof rules !== 'object' || rules === null || !Object.hasOwn(rules, operation)) return undefined;
  const text: unknown = (rules as Record<string, unknown>)[operation];
  return typeof text === 'string' ? ownRule(text) : DENY;
}

/** A file's own rule, given its text. One that no longer compiles denies. */
export function ownRule(text: string): CompiledRule {
  return text.length > MAX_LENGTH ? DENY : cached(text);
}

const DENY = compileRule('false', bucketScope('read'));

/** By text: a bucket's files tend to share a few rules. The oldest goes first. */
const cache = new Map<string, CompiledRule>();
const MAX_CACHED = 500;

function cached(text: string): CompiledRule {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const rule = compileOrDeny(text);
  const [oldest] = cache.keys();
  if (cache.size >= MAX_CACHED && oldest !== undefined) cache.delete(oldest);
  cache.set(text, rule);
  return rule;
}

function compileOrDeny(text: string): CompiledRule {
  try {
    return compileBounded(text);
  } catch (error) {
    if (error instanceof RuleError) return DENY;
    throw error;
  }
}

function compileFileRule(operation: string, text: string): void {
  try {
    compileBounded(text);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    const hint = error.hint === undefined ? '' : `; ${error.hint}`;
    throw invalid(`The file's "${operation}" rule ${error.message}${hint}`, operation, error.start + 1);
  }
}

function compileBounded(text: string): CompiledRule {
  const whole = { start: 0, end: text.length };
  if (text.length > MAX_LENGTH) throw new RuleError(`is longer than ${MAX_LENGTH} characters`, whole);
  const rule = compileRule(text, bucketScope('read'));
  if (costOf(rule) > MAX_COST)
    throw new RuleError('would take too long to evaluate', whole, 'make it simpler');
  return rule;
}

function invalid(sentence: string, operation: string | null, column?: number): AppError {
  return new AppError('INVALID_RULE', `${sentence}.`, {
    ...(operation !== null && { rule: operation }),
    ...(column !== undefined && { column }),
  });
}
