import type { SourcePosition } from '../lib/problem.ts';
import type { Bucket, Collection, Field, Reference, RuleSource, Schema } from '../schema/schema.ts';

/** schema.yaml with its defaults filled in, and where each thing is written; sizes are bytes. */
export function schemaToJson({ buckets, collections }: Schema) {
  return {
    buckets: [...buckets.values()].map(bucketToJson),
    collections: [...collections.values()].map(collectionToJson),
  };
}

function bucketToJson(bucket: Bucket) {
  return {
    name: bucket.name,
    backend: bucket.backend,
    max_file_size: bucket.maxFileSize,
    max_total_size: bucket.maxTotalSize,
    allowed_types: bucket.allowedTypes,
    compression: bucket.compression,
    file_security: bucket.fileSecurity,
    cache_control: bucket.cacheControl,
    rules: rulesToJson(bucket.rules),
    at: positionToJson(bucket.at),
  };
}

function collectionToJson(collection: Collection) {
  return {
    name: collection.name,
    primary_key: collection.primaryKey,
    fields: [...collection.fields.values()].map(fieldToJson),
    indexes: collection.indexes.map(({ name, fields, unique }) => ({ name, fields, unique })),
    rules: rulesToJson(collection.rules),
    at: positionToJson(collection.at),
  };
}

function fieldToJson(field: Field) {
  const { validate, select, file } = field;
  return {
    name: field.name,
    type: field.type,
    primary: field.primary,
    unique: field.unique,
    index: field.index,
    nullable: field.nullable,
    default: field.default ?? null,
    on_update: field.onUpdate ?? null,
    references: referenceToJson(field.references),
    internal: field.internal,
    validate: {
      min: validate.min,
      max: validate.max,
      min_length: validate.minLength,
      max_length: validate.maxLength,
      pattern: validate.pattern,
      format: validate.format,
      enum: validate.enum,
    },
    select: select === undefined ? null : { values: select.values, max_select: select.maxSelect },
    relation: referenceToJson(field.relation),
    file:
      file === undefined
        ? null
        : {
            bucket: file.bucket,
            max_size: file.maxSize,
            allowed_types: file.allowedTypes,
            max_files: file.maxFiles,
            on_delete: file.onDelete,
          },
    at: positionToJson(field.at),
  };
}

function referenceToJson(reference: Reference | undefined) {
  if (reference === undefined) return null;
  return { collection: reference.collection, field: reference.field, on_delete: reference.onDelete };
}

function rulesToJson(rules: Readonly<Partial<Record<string, RuleSource>>>) {
  return Object.fromEntries(
    Object.entries(rules).flatMap(([operation, rule]) =>
      rule === undefined ? [] : [[operation, { text: rule.text, at: positionToJson(rule.at) }]],
    ),
  );
}

/** Lines and columns count from 1. */
function positionToJson({ file, line, column }: SourcePosition) {
  return { file, line, column };
}
