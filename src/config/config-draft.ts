import { safeParse, type z } from 'zod';
import type { Problem } from '../lib/problem.ts';
import type { Locate } from '../lib/shape-problems.ts';
import { shapeAt } from '../lib/shape-walk.ts';
import { suggest } from '../lib/suggest.ts';
import type { YamlPath } from '../lib/yaml-tree.ts';
import type { YamlDocument } from '../lib/yaml.ts';
import { keysByVariable, type ConfigKey, type Environment } from './environment.ts';
import { expandVariables } from './expand-variables.ts';

const ENVIRONMENT = { file: 'environment', line: 1, column: 1 } as const;

/**
 * Defaults that are written like text of the file itself: a default backend can then be overridden key by key, and
 * ALYX_JWT_SECRET works without a line in alyx.yml.
 */
const WRITTEN_DEFAULTS: readonly (readonly [path: readonly string[], value: unknown])[] = [
  [['auth', 'jwt', 'secret'], '${ALYX_JWT_SECRET:-}'],
  [['storage', 'backends'], { local: { type: 'filesystem', path: './data/storage' } }],
];

type Section = Record<string, unknown>;

/** alyx.yml on its way to a value for the shape: variables expanded, then overrides laid over it. */
export class ConfigDraft {
  readonly value: unknown;
  readonly problems: Problem[] = [];
  readonly #document: YamlDocument;
  readonly #shape: z.core.$ZodType;
  /** Variable by the path it overrides. */
  readonly #overrides = new Map<string, string>();
  /** What the file names in `${…}`, so that ALYX_JWT_SECRET and its like are no unknown overrides. */
  readonly #references = new Set<string>();

  constructor(document: YamlDocument, shape: z.core.$ZodType) {
    this.#document = document;
    this.#shape = shape;
    this.value = document.value ?? {};
    for (const [path, value] of WRITTEN_DEFAULTS) {
      const section = sectionFor(this.value, path);
      const key = path.at(-1) ?? '';
      if (section !== null) section[key] ??= structuredClone(value);
    }
  }

  get overrides(): string[] {
    return [...this.#overrides.values()];
  }

  readonly locate: Locate = (path, part) => {
    const variable = this.#overrides.get(path.join('.'));
    if (variable !== undefined) return { at: ENVIRONMENT, path: variable };
    return { at: this.#document.positionOf(path, part), path: path.join('.') };
  };

  expandVariables(env: Environment): void {
    this.#expandBelow(this.value, [], env);
  }

  #expandBelow(parent: unknown, path: YamlPath, env: Environment): void {
    if (typeof parent !== 'object' || parent === null) return;
    for (const [key, value] of Object.entries(parent)) {
      const here = [...path, Array.isArray(parent) ? Number(key) : key];
      if (typeof value !== 'string') this.#expandBelow(value, here, env);
      else (parent as Section)[key] = this.#expand(value, here, env);
    }
  }

  #expand(written: string, path: YamlPath, env: Environment): unknown {
    const { text, problems, names } = expandVariables(written, env, path, this.locate);
    for (const name of names) this.#references.add(name);
    this.problems.push(...problems);
    return text === written || problems.length > 0 ? written : this.#typed(text, path);
  }

  /** Lays `ALYX_SERVER_PORT` and its like over the file. An empty variable counts as unset, as in `${VAR:-…}`. */
  override(env: Environment): void {
    const keys = keysByVariable(this.#shape, this.value);
    for (const [name, text] of Object.entries(env)) {
      if (!name.startsWith('ALYX_') || text === undefined || text === '') continue;
      const [key, ...others] = keys.get(name) ?? [];
      if (key?.kind === 'scalar' && others.length === 0) this.#assign(key.path, name, text);
      else if (key !== undefined || !this.#references.has(name)) this.problems.push(refusal(name, keys));
    }
  }

  #assign(path: readonly string[], name: string, text: string): void {
    const section = sectionFor(this.value, path);
    if (section === null) return;
    section[path.at(-1) ?? ''] = this.#typed(text, path);
    this.#overrides.set(path.join('.'), name);
  }

  /** A variable is always text: where its key refuses that, what YAML would read in its place. */
  #typed(text: string, path: YamlPath): unknown {
    const key = shapeAt(this.#shape, path);
    if (key === undefined || parses(key, text)) return text;
    if (text === '') return undefined;
    if (text === 'true' || text === 'false') return text === 'true';
    return /^-?\d+$/.test(text) ? Number(text) : text;
  }
}

/** The section that holds the path's last key, made if missing; null where something else stands in its way. */
function sectionFor(root: unknown, path: readonly string[]): Section | null {
  let section = root;
  for (const key of path.slice(0, -1)) {
    if (!isSection(section)) return null;
    section = section[key] ??= {};
  }
  return isSection(section) ? section : null;
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parses(shape: z.core.$ZodType, value: unknown): boolean {
  return safeParse(shape, value).success;
}

function refusal(name: string, keys: ReadonlyMap<string, readonly ConfigKey[]>): Problem {
  const [key, ...others] = keys.get(name) ?? [];
  const at = ENVIRONMENT;
  if (key === undefined) {
    const scalars = [...keys].filter(([, [first]]) => first?.kind === 'scalar').map(([variable]) => variable);
    const meant = suggest(name, scalars);
    const hint =
      meant === undefined
        ? 'write ALYX_ and the key of alyx.yml, as in ALYX_SERVER_PORT'
        : `did you mean ${meant}?`;
    return { at, path: name, message: 'matches no key of alyx.yml', hint };
  }
  const path = key.path.join('.');
  if (others.length > 0) {
    return {
      at,
      path: name,
      message: `stands for both ${path} and ${others.map((other) => other.path.join('.')).join(', ')}`,
    };
  }
  return {
    at,
    path: name,
    message: `cannot override ${path}, which is a ${key.kind}`,
    hint: 'write it into alyx.yml',
  };
}
