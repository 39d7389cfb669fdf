import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { findConfigFile, findYamlFile } from '../config/find-config-file.ts';
import { loadConfig } from '../config/load-config.ts';
import { OperatorError } from '../lib/errors.ts';
import { ConfigError } from '../lib/problem.ts';
import { renderProblems } from '../lib/render-problems.ts';
import type { Schema } from '../schema/schema.ts';
import { showsColor } from './color.ts';
import type { Terminal } from './command.ts';
import { loadSchemaAndRules } from './schema-and-rules.ts';

/** What the operator's two files say, sound as far as can be told without opening anything. */
export interface Project {
  readonly config: Config;
  readonly schema: Schema;
}

/** The problems of the operator's files, ready to be shown. */
export class ProblemsError extends Error {
  override readonly name = 'ProblemsError';
}

export interface FileOptions {
  readonly config?: string | undefined;
  readonly schema?: string | undefined;
}

/** Reads alyx.yml and schema.yaml; throws ProblemsError with every problem of the first one that has any. */
export function loadProject(options: FileOptions, terminal: Terminal): Project {
  const config = loadConfigFile(options.config, terminal);
  const schemaFile = sourceFile(options.schema ?? 'schema.yaml', terminal);
  return rendered([schemaFile], terminal, () => {
    const { schema } = loadSchemaAndRules({ ...schemaFile, config });
    return { config, schema };
  });
}

/** Reads alyx.yml alone; an absent one, unless it was asked for by name, leaves every key at its default. */
export function loadConfigFile(name: string | undefined, terminal: Terminal): Config {
  const found = name ?? findConfigFile(terminal.cwd());
  const file = found === null ? { text: null, file: 'alyx.yml' } : sourceFile(found, terminal);
  return rendered([file], terminal, () => loadConfig({ ...file, env: terminal.env }).config);
}

/** What a command looks for. */
interface Kept {
  readonly what: 'database' | 'secret';
  readonly path: string;
}

/**
 * Refuses to begin something new where nothing says that a project is there: without alyx.yml every key has its default,
 * so that a command in the wrong folder would make a database, or a secret, that no server ever reads. Throws
 * OperatorError.
 */
export function requireProject(name: string | undefined, terminal: Terminal, kept: Kept): void {
  const folder = terminal.cwd();
  const isProject = name !== undefined || findConfigFile(folder) !== null || hasSchema(folder);
  if (!isProject && !existsSync(kept.path)) throw nothingHere(kept, folder);
}

/**
 * Refuses to work on what a server has where there is none: an empty backup, say, would pass for a good one. Throws
 * OperatorError.
 */
export function requireDatabase(
  name: string | undefined,
  terminal: Terminal,
  { database: { path } }: Config,
): void {
  if (existsSync(path)) return;
  const folder = terminal.cwd();
  const found = name ?? findConfigFile(folder);
  if (found === null) throw nothingHere({ what: 'database', path }, folder);
  const file = relative(folder, resolve(folder, found));
  throw new OperatorError(
    `there is no database at ${path}, where ${file} has it (database.path); the server makes it when it starts`,
  );
}

function hasSchema(folder: string): boolean {
  return findYamlFile(join(folder, 'schema.yaml')) !== null;
}

function nothingHere({ what, path }: Kept, folder: string): OperatorError {
  return new OperatorError(
    `there is no ${what} at ${path}, and no alyx.yml in ${folder}: ` +
      'run this in the folder of the project, or name its file with --config',
  );
}

interface SourceFile {
  readonly text: string;
  /** As the operator would write it, from where they are. */
  readonly file: string;
}

function sourceFile(name: string, terminal: Terminal): SourceFile {
  const wanted = resolve(terminal.cwd(), name);
  const path = findYamlFile(wanted) ?? wanted;
  try {
    return { text: readFileSync(path, 'utf8'), file: relative(terminal.cwd(), path) };
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = missing ? 'there is no such file; "alyx init" writes a starter' : (error as Error).message;
    throw new OperatorError(`cannot read ${name}: ${reason}`, { cause: error });
  }
}

function rendered<T>(
  files: readonly { readonly text: string | null; readonly file: string }[],
  terminal: Terminal,
  load: () => T,
): T {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const sources = new Map(files.map(({ file, text }) => [file, text ?? '']));
    const color = showsColor(terminal.stderr, terminal.env);
    throw new ProblemsError(renderProblems(error.problems, sources, { color }), { cause: error });
  }
}
