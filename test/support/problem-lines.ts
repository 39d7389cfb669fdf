import { ConfigError } from '../../src/lib/problem.ts';

/** What a load refuses, as `file:line:column path message` with the hint behind it; empty if it refuses nothing. */
export function problemLines(load: () => unknown): string[] {
  try {
    load();
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ at, path, message, hint }) => {
      const line = `${at.file}:${at.line}:${at.column} ${path} ${message}`;
      return hint === undefined ? line : `${line} (${hint})`;
    });
  }
}
