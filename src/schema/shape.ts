import { z } from 'zod';
import type { JsonValue } from '../lib/json.ts';
import { byteSize, refuse } from '../lib/unit-shapes.ts';
import { mediaRanges } from './media-ranges.ts';
import { name } from './names.ts';
import { FIELD_TYPES, type BucketOperation, type CollectionOperation, type Compression } from './schema.ts';
import { eitherCase } from './snake-keys.ts';

const flag = z.boolean().optional();
const count = z.int().min(0);
const text = z.string().min(1);

/** An empty YAML value has come to us as undefined; here it is a value. */
const json = z.unknown().transform(toJson);

function toJson(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return (value ?? null) as JsonValue;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toJson(member)]));
}

const rule = z.unknown().transform((written, context) => {
  if (typeof written === 'string' && written.trim() !== '') return written;
  if (written === '')
    return refuse(context, 'must not be empty', 'leave the rule out to deny everyone but admins');
  const hint = typeof written === 'boolean' ? `write "${written}", in quotes` : 'put the rule in quotes';
  return refuse(context, 'must be a rule, as text', hint);
});

const optionalRule = rule.optional();
const rules = { create: optionalRule, read: optionalRule, update: optionalRule, delete: optionalRule };
export const collectionRulesShape = z
  .strictObject(rules satisfies Record<CollectionOperation, unknown>)
  .prefault({});
const bucketRulesShape = z
  .strictObject({ ...rules, download: optionalRule } satisfies Record<BucketOperation, unknown>)
  .prefault({});

const compression = z.unknown().transform((written, context): Compression => {
  if (written === undefined || written === false || written === 'none') return 'none';
  if (written === true || written === 'zstd') return 'zstd';
  if (written === 'gzip') return written;
  return refuse(context, 'must be one of: none, gzip, zstd', 'true means zstd, false means none');
});

const cacheControl = z.string().regex(/^[!-~](?:[ -~]*[!-~])?$/, {
  error: 'must be a header value: printable ASCII, without space at either end',
});

export const bucketShape = z.strictObject({
  backend: text,
  max_file_size: byteSize.optional(),
  max_total_size: byteSize.optional(),
  allowed_types: mediaRanges,
  compression: compression.prefault('none'),
  file_security: z.boolean().prefault(false),
  cache_control: cacheControl.prefault('private, no-cache'),
  rules: bucketRulesShape,
});

const onDelete = z.enum(['restrict', 'cascade', 'set_null', 'no_action']).optional();

const field = z.strictObject({
  type: z.enum(FIELD_TYPES),
  primary: flag,
  unique: flag,
  index: flag,
  nullable: flag,
  internal: flag,
  default: json.optional(),
  on_update: z.literal('now').optional(),
  references: text.optional(),
  on_delete: onDelete,
  min_length: count.optional(),
  max_length: count.optional(),
  validate: eitherCase(
    z.strictObject({
      min: z.number().optional(),
      max: z.number().optional(),
      min_length: count.optional(),
      max_length: count.optional(),
      pattern: text.optional(),
      format: text.optional(),
      enum: z.array(json).min(1).optional(),
    }),
  ).optional(),
  select: eitherCase(
    z.strictObject({ values: z.array(text).min(1), max_select: z.int().min(1).prefault(1) }),
  ).optional(),
  relation: eitherCase(
    z.strictObject({ collection: text, field: text.optional(), on_delete: onDelete }),
  ).optional(),
  file: eitherCase(
    z.strictObject({
      bucket: text,
      max_size: byteSize.optional(),
      allowed_types: mediaRanges,
      max_files: z.int().min(1).optional(),
      on_delete: z.enum(['keep', 'cascade']).prefault('keep'),
    }),
  ).optional(),
});

export const fieldShape = eitherCase(field);

const index = z.strictObject({
  name,
  fields: z.array(text).min(1),
  unique: z.boolean().prefault(false),
});
export const indexesShape = z.array(index).prefault([]);

/** Sections by free names, each read by a shape of its own, so that a mistake in one hides none in another. */
export const entriesShape = z.record(z.string(), z.unknown()).prefault({});

export const collectionShape = z.strictObject({
  fields: z.unknown().optional(),
  indexes: z.unknown().optional(),
  rules: z.unknown().optional(),
});

export const schemaShape = z.strictObject({
  version: z.literal(1),
  buckets: z.unknown().optional(),
  collections: z.unknown().optional(),
});

export type WrittenBucket = z.output<typeof bucketShape>;
export type WrittenField = z.output<typeof field>;
export type WrittenRules = Readonly<Partial<Record<BucketOperation, string | undefined>>>;
export type WrittenIndex = z.output<typeof index>;
export type FieldOption = keyof WrittenField;
export type ValidateOption = keyof NonNullable<WrittenField['validate']>;
