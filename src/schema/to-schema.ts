import type { YamlPath } from '../lib/yaml-tree.ts';
import { primaryKeyOf } from './primary-key.ts';
import type { CollectionDraft, SchemaDraft } from './schema-draft.ts';
import type { SchemaReader } from './schema-reader.ts';
import {
  BUCKET_OPERATIONS,
  type Bucket,
  type BucketOperation,
  type Collection,
  type Field,
  type RuleSource,
  type Schema,
} from './schema.ts';
import type { WrittenBucket, WrittenRules } from './shape.ts';
import { toField } from './to-field.ts';

/**
 * A draft to the schema the rest of the program knows. Buckets that are broken are left out, and collections of which a
 * field is: what their rules may say is not known.
 */
export function toSchema(reader: SchemaReader, draft: SchemaDraft, defaultMaxFileSize: number): Schema {
  const buckets = new Map<string, Bucket>();
  for (const { name, path, written } of draft.buckets.values()) {
    if (written !== undefined) buckets.set(name, toBucket(reader, name, path, written, defaultMaxFileSize));
  }
  const collections = new Map<string, Collection>();
  for (const collection of draft.collections.values()) {
    if ([...collection.fields.values()].some(({ written }) => written === undefined)) continue;
    collections.set(collection.name, toCollection(reader, collection, draft));
  }
  return { buckets, collections };
}

function toBucket(
  reader: SchemaReader,
  name: string,
  path: YamlPath,
  written: WrittenBucket,
  defaultMaxFileSize: number,
): Bucket {
  return {
    name,
    backend: written.backend,
    maxFileSize: written.max_file_size ?? defaultMaxFileSize,
    maxTotalSize: written.max_total_size ?? null,
    allowedTypes: written.allowed_types,
    compression: written.compression,
    fileSecurity: written.file_security,
    cacheControl: written.cache_control,
    rules: toRules(reader, path, written.rules),
    at: reader.positionOf(path, 'key'),
  };
}

function toCollection(reader: SchemaReader, collection: CollectionDraft, draft: SchemaDraft): Collection {
  const { name, path, indexes, rules } = collection;
  const primaryOf = (other: string) => primaryKeyOf(draft.collections.get(other)) ?? '';
  const fields = new Map<string, Field>();
  for (const field of collection.fields.values()) {
    if (field.written === undefined) continue;
    const at = reader.positionOf(field.path, 'key');
    fields.set(field.name, toField(field.name, field.written, at, primaryOf));
  }
  return {
    name,
    fields,
    primaryKey: primaryOf(name),
    indexes,
    rules: toRules(reader, path, rules),
    at: reader.positionOf(path, 'key'),
  };
}

type Rules = Readonly<Partial<Record<BucketOperation, RuleSource>>>;

function toRules(reader: SchemaReader, path: YamlPath, written: WrittenRules): Rules {
  const rules: Partial<Record<BucketOperation, RuleSource>> = {};
  for (const operation of BUCKET_OPERATIONS) {
    const text = written[operation];
    if (text === undefined) continue;
    rules[operation] = { text, at: reader.positionOf([...path, 'rules', operation], 'value') };
  }
  return rules;
}
