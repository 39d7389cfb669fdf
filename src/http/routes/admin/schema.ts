import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { FIELD_TYPES, type Schema } from '../../../schema/schema.ts';
import { schemaToJson } from '../../schema-json.ts';

/** A place in schema.yaml; lines and columns count from 1. */
export const positionShape = z.strictObject({ file: z.string(), line: z.int(), column: z.int() });

/** By operation. What is missing denies everybody but admins. */
const rules = z.record(z.string(), z.strictObject({ text: z.string(), at: positionShape }));

const reference = z.strictObject({ collection: z.string(), field: z.string(), on_delete: z.string() });

const field = z.strictObject({
  name: z.string(),
  type: z.enum(FIELD_TYPES),
  primary: z.boolean(),
  unique: z.boolean(),
  index: z.boolean(),
  nullable: z.boolean(),
  default: z
    .union([
      z.strictObject({ kind: z.enum(['auto', 'now']) }),
      z.strictObject({ kind: z.literal('value'), value: z.unknown() }),
    ])
    .nullable(),
  on_update: z.literal('now').nullable(),
  references: reference.nullable(),
  internal: z.boolean(),
  validate: z.strictObject({
    min: z.number().optional(),
    max: z.number().optional(),
    min_length: z.int().optional(),
    max_length: z.int().optional(),
    pattern: z.string().optional(),
    format: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
  }),
  select: z.strictObject({ values: z.array(z.string()), max_select: z.int() }).nullable(),
  relation: reference.nullable(),
  file: z
    .strictObject({
      bucket: z.string(),
      max_size: z.int().nullable(),
      allowed_types: z.array(z.string()).nullable(),
      max_files: z.int().nullable(),
      on_delete: z.enum(['keep', 'cascade']),
    })
    .nullable(),
  at: positionShape,
});

export const schemaShape = z.strictObject({
  buckets: z.array(
    z.strictObject({
      name: z.string(),
      backend: z.string(),
      max_file_size: z.int(),
      max_total_size: z.int().nullable(),
      allowed_types: z.array(z.string()).nullable(),
      compression: z.enum(['none', 'gzip', 'zstd']),
      file_security: z.boolean(),
      cache_control: z.string(),
      rules,
      at: positionShape,
    }),
  ),
  collections: z.array(
    z.strictObject({
      name: z.string(),
      primary_key: z.string(),
      fields: z.array(field),
      indexes: z.array(
        z.strictObject({ name: z.string(), fields: z.array(z.string()), unique: z.boolean() }),
      ),
      rules,
      at: positionShape,
    }),
  ),
});

/** `GET /api/admin/schema`: buckets and collections as they are in force. */
export function registerAdminSchema(app: FastifyInstance, schema: Schema): void {
  // The schema never changes while the server runs.
  const json = schemaToJson(schema);
  app.get('/api/admin/schema', async () => json);
}
