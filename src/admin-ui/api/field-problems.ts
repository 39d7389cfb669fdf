import { ApiError } from './api-error.ts';

/** What a refusal says about one field, as a sentence; null if nothing. */
export function problemOf(error: Error | null, field: string): string | null {
  if (!(error instanceof ApiError)) return null;
  const problem = error.problems.find((one) => one.field === field || one.field.startsWith(`${field}.`));
  return problem === undefined ? null : `${capitalised(problem.message)}.`;
}

function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
