import type { z } from 'zod';
import type { JsonObject } from '../lib/json.ts';
import { plainWords } from '../lib/shape-problems.ts';
import { AppError, type ErrorCode, type FieldProblem } from '../lib/errors.ts';

/** A JSON body of the right shape; throws VALIDATION_ERROR with an entry for every field that is wrong. */
export function readBody<T>(shape: z.ZodType<T>, body: unknown): T {
  return read(shape, readObject(body), 'VALIDATION_ERROR', 'The body is not valid');
}

/** A JSON body that is an object, whatever its keys; throws VALIDATION_ERROR. */
export function readObject(body: unknown): JsonObject {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as JsonObject;
  throw new AppError('VALIDATION_ERROR', 'The body must be a JSON object.', []);
}

/** A query string of the right shape; throws INVALID_QUERY with an entry for every parameter that is wrong. */
export function readQuery<T>(shape: z.ZodType<T>, query: unknown): T {
  return read(shape, query, 'INVALID_QUERY', 'The query is not valid');
}

function read<T>(shape: z.ZodType<T>, value: unknown, code: ErrorCode, summary: string): T {
  const result = shape.safeParse(value, { error: plainWords, reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap(toProblems);
  const first = problems[0];
  throw new AppError(
    code,
    first === undefined ? `${summary}.` : `${summary}: ${first.field} ${first.message}.`,
    problems,
  );
}

function toProblems(issue: z.core.$ZodIssue): FieldProblem[] {
  const field = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: [field, key].filter(Boolean).join('.'),
      code: 'unknown',
      message: 'is not known here',
    }));
  }
  return [{ field, code: codeOf(issue), message: issue.message }];
}

/** As the fields of records have it: what is missing is `required`, and what no code tells of is `invalid`. */
function codeOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'required';
  return issue.code === 'custom' ? 'invalid' : issue.code;
}
