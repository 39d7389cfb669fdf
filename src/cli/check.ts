import { readFileSync } from 'node:fs';
import { findYamlFile } from '../config/find-config-file.ts';
import { loadConfig } from '../config/load-config.ts';
import { ConfigError, type Problem } from '../lib/problem.ts';
import { renderProblems } from '../lib/render-problems.ts';
import type { Schema } from '../schema/schema.ts';
import { loadSchemaAndRules } from './schema-and-rules.ts';
import { slowRules } from './slow-rules.ts';

interface Output {
  write(text: string): unknown;
}

export interface CheckOptions {
  /** Paths of alyx.yml and schema.yaml; either ending of YAML files will do. */
  readonly config: string;
  readonly schema: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: Output;
  readonly err: Output;
  readonly color: boolean;
}

/** Prints every problem of both files to `err`, or a line to `out` that there is none; returns the exit code. */
export function check({
  config: configPath,
  schema: schemaPath,
  env,
  out,
  err,
  color,
}: CheckOptions): number {
  const problems: Problem[] = [];
  const noting = <Result>(load: () => Result): Result | undefined => {
    try {
      return load();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };

  const configFile = noting(() => readSource(configPath));
  const schemaFile = noting(() => readSource(schemaPath));
  const config = configFile && noting(() => loadConfig({ ...configFile, env }).config);
  const loaded = schemaFile && noting(() => loadSchemaAndRules({ ...schemaFile, config }));

  if (loaded !== undefined && problems.length === 0) {
    const { schema, rules } = loaded;
    out.write(`${configPath} and ${schemaPath} are fine: ${summary(schema)}\n`);
    for (const note of slowRules(schema, rules)) out.write(`${note}\n`);
    return 0;
  }
  const sources = new Map(
    [configFile, schemaFile].flatMap((source) => (source ? [[source.file, source.text]] : [])),
  );
  err.write(`${renderProblems(problems, sources, { color })}\n${count(problems.length, 'problem')}\n`);
  return 1;
}

interface SourceFile {
  readonly file: string;
  readonly text: string;
}

function readSource(path: string): SourceFile {
  const file = findYamlFile(path) ?? path;
  try {
    return { file, text: readFileSync(file, 'utf8') };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const at = { file, line: 1, column: 1 };
    if (code !== 'ENOENT') throw new ConfigError([{ at, path: '', message: `cannot be read: ${message}` }]);
    const hint = '"alyx init" writes a starter';
    throw new ConfigError([{ at, path: '', message: 'does not exist', hint }]);
  }
}

function summary({ buckets, collections }: Schema): string {
  const rules = [...buckets.values(), ...collections.values()].flatMap((part) => Object.keys(part.rules));
  return [
    count(buckets.size, 'bucket'),
    count(collections.size, 'collection'),
    count(rules.length, 'rule'),
  ].join(', ');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
