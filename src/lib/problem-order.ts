import type { Problem } from './problem.ts';

/** By line and column within a file; files in the order of their first problem. */
export function inFileOrder(problems: readonly Problem[]): Problem[] {
  const files = [...new Set(problems.map(({ at }) => at.file))];
  return problems.toSorted(
    ({ at: a }, { at: b }) =>
      files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}
