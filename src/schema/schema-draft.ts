import type { YamlPath } from '../lib/yaml-tree.ts';
import { isSqliteTable } from './names.ts';
import type { Part, SchemaReader } from './schema-reader.ts';
import {
  bucketShape,
  collectionRulesShape,
  collectionShape,
  fieldShape,
  indexesShape,
  schemaShape,
  type WrittenBucket,
  type WrittenField,
  type WrittenIndex,
  type WrittenRules,
} from './shape.ts';

/** A named part as its shape understands it; `written` is undefined where it is broken, yet its name is known. */
export interface Draft<Written> {
  readonly name: string;
  readonly path: YamlPath;
  readonly written: Written | undefined;
}

export type FieldDraft = Draft<WrittenField>;

export interface CollectionDraft {
  readonly name: string;
  readonly path: YamlPath;
  readonly fields: ReadonlyMap<string, FieldDraft>;
  readonly indexes: readonly WrittenIndex[];
  readonly rules: WrittenRules;
}

export interface SchemaDraft {
  readonly buckets: ReadonlyMap<string, Draft<WrittenBucket>>;
  readonly collections: ReadonlyMap<string, CollectionDraft>;
}

/** schema.yaml part by part: each is right in itself, or noted and marked as broken. */
export function readDraft(reader: SchemaReader): SchemaDraft {
  const root = { value: reader.value ?? {}, path: [] };
  reader.read(schemaShape, root);
  return {
    buckets: named(reader, section(root, 'buckets'), (part, name) => {
      return {
        name,
        path: part.path,
        written: reader.read(bucketShape, { ...part, value: part.value ?? {} }),
      };
    }),
    collections: named(reader, section(root, 'collections'), (part, name) =>
      readCollection(reader, part, name),
    ),
  };
}

function readCollection(reader: SchemaReader, part: Part, name: string): CollectionDraft {
  if (isSqliteTable(name)) {
    const hint = 'choose another: SQLite has a table of its own under this one';
    reader.report(part.path, 'is a reserved name', hint, 'key');
  }
  const whole = { ...part, value: part.value ?? {} };
  reader.read(collectionShape, whole);
  const fields = named(reader, section(whole, 'fields'), (field, fieldName): FieldDraft => {
    return {
      name: fieldName,
      path: field.path,
      written: reader.read(fieldShape, { ...field, value: field.value ?? {} }),
    };
  });
  return {
    name,
    path: part.path,
    fields,
    indexes: reader.read(indexesShape, section(whole, 'indexes')) ?? [],
    rules: reader.read(collectionRulesShape, section(whole, 'rules')) ?? {},
  };
}

function named<Entry>(
  reader: SchemaReader,
  part: Part,
  read: (part: Part, name: string) => Entry,
): Map<string, Entry> {
  return new Map(reader.entries(part).map(([name, entry]) => [name, read(entry, name)]));
}

function section({ value, path }: Part, key: string): Part {
  const holder = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  return { value: holder[key], path: [...path, key] };
}
