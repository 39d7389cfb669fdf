import type { z } from 'zod';
import type { Problem, SourcePosition } from './problem.ts';
import { contentOf, shapeAt } from './shape-walk.ts';
import { suggest } from './suggest.ts';
import type { YamlPath } from './yaml-tree.ts';

/** Where the operator wrote (or left out) what a path means, and what to call it. */
export type Locate = (
  path: YamlPath,
  part: 'key' | 'value',
) => { readonly at: SourcePosition; readonly path: string };

/**
 * Every issue of a parse that ran with `reportInput`, as the operator should read it. Messages never quote the
 * value, which may be a secret.
 */
export function shapeProblems(
  issues: readonly z.core.$ZodIssue[],
  shape: z.core.$ZodType,
  locate: Locate,
): Problem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.filter((key) => typeof key !== 'symbol');
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(shapeAt(shape, path), issue.input);
      return issue.keys.map((key) => unknownKey([...path, key], known, locate));
    }
    const part = issue.code === 'invalid_key' ? 'key' : 'value';
    return [{ ...locate(path, part), ...describe(issue) }];
  });
}

/**
 * What is wrong, in the words that operators read, for a parse of JSON or of a query string; undefined for what the shape has
 * words of its own for.
 */
export const plainWords: z.core.$ZodErrorMap = (raw) => {
  const issue = raw as z.core.$ZodIssue;
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input !== undefined && SECTIONS.has(issue.expected)) return 'must be a JSON object';
      return describe(issue).message;
    case 'invalid_value':
    case 'too_small':
    case 'too_big':
      return describe(issue).message;
    case 'invalid_format':
      return issue.format === 'datetime'
        ? 'must be a time such as 2026-11-24T18:30:00Z'
        : 'has the wrong form';
    default:
      return undefined;
  }
};

const SECTIONS: ReadonlySet<string> = new Set(['object', 'record']);

/** A hint that names the likely meant one, else all. */
export function hintAmong(word: unknown, candidates: readonly string[]): string {
  const meant = typeof word === 'string' ? suggest(word, candidates) : undefined;
  return meant === undefined ? `use one of: ${candidates.join(', ')}` : `did you mean "${meant}"?`;
}

function unknownKey(path: YamlPath, known: readonly string[], locate: Locate): Problem {
  return { ...locate(path, 'key'), message: 'is not a known key', hint: hintAmong(path.at(-1), known) };
}

function knownKeys(shape: z.core.$ZodType | undefined, value: unknown): readonly string[] {
  if (shape === undefined) return [];
  const content = contentOf(shape, value);
  return content.kind === 'keys' ? Object.keys(content.keys) : [];
}

type Description = Pick<Problem, 'message' | 'hint'>;

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'must be text',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  array: 'must be a list',
  object: 'must be a section with keys of its own',
  record: 'must be a section with keys of its own',
};

function describe(issue: z.core.$ZodIssue): Description {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return { message: 'is required' };
      return { message: EXPECTED[issue.expected] ?? issue.message };
    case 'invalid_value':
      return oneOf(issue.values.map(String), issue.input);
    case 'invalid_union':
      return oneOf(discriminatorValues(issue), discriminator(issue));
    case 'too_small':
      return { message: tooSmall(issue) };
    case 'too_big':
      return { message: tooBig(issue) };
    case 'invalid_key':
      return { message: issue.issues[0]?.message ?? issue.message };
    case 'custom':
      return custom(issue);
    default:
      return { message: issue.message };
  }
}

/** Of a discriminated union, the only kind of union in our shapes; zod's types leave out what it reports. */
function discriminatorValues(
  issue: z.core.$ZodIssueInvalidUnion & { readonly options?: readonly unknown[] },
): string[] {
  return (issue.options ?? []).map(String);
}

function discriminator({ input, path }: z.core.$ZodIssueInvalidUnion): unknown {
  return (input as Readonly<Record<PropertyKey, unknown>>)[path.at(-1) ?? ''];
}

function oneOf(choices: readonly string[], value: unknown): Description {
  const hint = hintAmong(value, choices);
  if (value === undefined) return { message: 'is required', hint };
  if (choices.length === 1) return { message: `must be ${choices.join('')}` };
  return { message: `must be one of: ${choices.join(', ')}`, ...(!hint.startsWith('use') && { hint }) };
}

function tooSmall({ origin, minimum }: z.core.$ZodIssueTooSmall): string {
  if (origin === 'string' && minimum === 1) return 'must not be empty';
  if (origin === 'string') return `must have at least ${minimum} characters`;
  if (origin === 'array') return `must have at least ${minimum} ${minimum === 1 ? 'entry' : 'entries'}`;
  return `must be at least ${minimum}`;
}

function tooBig({ origin, maximum }: z.core.$ZodIssueTooBig): string {
  if (origin === 'string') return `must have at most ${maximum} characters`;
  if (origin === 'array') return `must have at most ${maximum} entries`;
  return `must be at most ${maximum}`;
}

function custom({ message, params }: z.core.$ZodIssueCustom): Description {
  return typeof params?.['hint'] === 'string' ? { message, hint: params['hint'] } : { message };
}
