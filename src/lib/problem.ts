/** A place in a file an operator wrote. Lines and columns count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One mistake in a configuration file: where, what, and what to do about it. */
export interface Problem {
  readonly at: SourcePosition;
  /** The key path, as in `buckets.avatars.max_file_size`; empty for the whole file. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

/** Thrown at load with every problem at once, never with the first only. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((p) => `${p.at.file}:${p.at.line}:${p.at.column} ${p.path} ${p.message}`).join('\n'));
    this.problems = problems;
  }
}
