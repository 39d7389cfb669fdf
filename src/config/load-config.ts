import { dirname, resolve } from 'node:path';
import { deepFreeze } from '../lib/deep-freeze.ts';
import { inFileOrder } from '../lib/problem-order.ts';
import { ConfigError } from '../lib/problem.ts';
import { shapeProblems } from '../lib/shape-problems.ts';
import { readYaml } from '../lib/yaml.ts';
import { ConfigDraft } from './config-draft.ts';
import type { Config } from './config.ts';
import type { Environment } from './environment.ts';
import { configShape } from './shape.ts';

export interface ConfigSource {
  /** alyx.yml's text; null where there is no such file: then every key has its default. */
  readonly text: string | null;
  /** Its name as the operator wrote it; relative paths in the configuration start at its folder. */
  readonly file: string;
  readonly env: Environment;
}

export interface LoadedConfig {
  readonly config: Config;
  /** The names of the environment variables that override a key. */
  readonly overrides: readonly string[];
}

/** alyx.yml and the environment as one frozen value. Throws ConfigError with every problem of both at once. */
export function loadConfig({ text, file, env }: ConfigSource): LoadedConfig {
  const folder = dirname(resolve(file));
  const shape = configShape({ folder, secretRequired: env['NODE_ENV'] === 'production' });
  const { document, problems } = readYaml(text ?? '', file);
  const draft = new ConfigDraft(document, shape);
  draft.problems.push(...problems);
  draft.expandVariables(env);
  draft.override(env);

  const read = shape.safeParse(draft.value, { reportInput: true });
  if (read.success && draft.problems.length === 0) {
    return { config: deepFreeze(read.data), overrides: draft.overrides };
  }
  const reported = new Set(draft.problems.map(({ path }) => path));
  const issues = read.error?.issues ?? [];
  const others = shapeProblems(issues, shape, draft.locate).filter(({ path }) => !reported.has(path));
  throw new ConfigError(inFileOrder([...others, ...draft.problems]));
}
