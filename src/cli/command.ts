import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The process as a command sees it. */
export interface Terminal {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly env: NodeJS.ProcessEnv;
  cwd(): string;
}

/** Wrong usage: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

export interface Command {
  /** Options and arguments as the help shows them. */
  readonly usage: string;
  readonly summary: string;
  run(args: readonly string[], terminal: Terminal): Promise<number> | number;
}

/** Parses a command's options strictly; throws UsageError. */
export function parseOptions<const T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
  positionals: readonly string[] = [],
) {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: positionals.length > 0, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  if (parsed.positionals.length > positionals.length) {
    throw new UsageError(`unexpected argument "${String(parsed.positionals.at(-1))}"`);
  }
  return parsed;
}

/** `--config` and `--schema`, which most commands take. */
export const FILE_OPTIONS = {
  config: { type: 'string' },
  schema: { type: 'string' },
} as const;
