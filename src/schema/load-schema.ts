import { inFileOrder } from '../lib/problem-order.ts';
import { ConfigError, type Problem } from '../lib/problem.ts';
import { readYaml } from '../lib/yaml.ts';
import { checkField } from './check-field.ts';
import { crossCheck } from './cross-check.ts';
import { readDraft } from './schema-draft.ts';
import { SchemaReader } from './schema-reader.ts';
import type { Schema } from './schema.ts';
import { toSchema } from './to-schema.ts';

export interface SchemaSource {
  readonly text: string;
  readonly file: string;
  /** The loaded alyx.yml; without it (it may be broken itself) backends go unchecked. */
  readonly config?: { readonly storage: StorageSettings } | undefined;
}

/** What schema.yaml needs to know of alyx.yml. */
export interface StorageSettings {
  readonly defaultMaxFileSize: number;
  readonly backends: Readonly<Record<string, unknown>>;
}

/** For looking at schema.yaml alone; such a schema serves no one. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

export interface ReadSchema {
  /** Where there are problems: what is sound in itself, so that its rules can be looked at all the same. */
  readonly schema: Schema;
  readonly problems: readonly Problem[];
}

/** schema.yaml, checked and with defaults filled in. Throws ConfigError with every problem at once. */
export function loadSchema(source: SchemaSource): Schema {
  const { schema, problems } = readSchema(source);
  if (problems.length > 0) throw new ConfigError(problems);
  return schema;
}

/** As `loadSchema`, but hands over what is wrong; throws ConfigError only where the text is no YAML. */
export function readSchema({ text, file, config }: SchemaSource): ReadSchema {
  const { document, problems } = readYaml(text, file);
  const reader = new SchemaReader(document);
  reader.problems.push(...problems);
  const draft = readDraft(reader);
  for (const { fields } of draft.collections.values()) {
    for (const field of fields.values()) checkField(reader, field);
  }
  crossCheck(reader, draft, config && Object.keys(config.storage.backends));
  return {
    schema: toSchema(reader, draft, config?.storage.defaultMaxFileSize ?? NO_LIMIT),
    problems: inFileOrder(reader.problems),
  };
}
