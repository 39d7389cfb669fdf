import { z } from 'zod';
import { ERROR_CODES } from '../../lib/errors.ts';

const bytes = z.int().min(0);
export const time = z.iso.datetime({ precision: 3 });

/** CONTRACT section 4: what every error looks like. */
export const errorShape = z.strictObject({
  error: z.string(),
  code: z.enum(ERROR_CODES),
  details: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
  request_id: z.string(),
});

/** CONTRACT section 5: what `fileToJson` and `FILE_JSON` make. */
export const fileShape = z.strictObject({
  id: z.uuid(),
  bucket: z.string(),
  name: z.string(),
  path: z.string(),
  mime_type: z.string(),
  size: bytes,
  checksum: z.string().length(64).describe('SHA-256 of what a download yields, in hex'),
  compressed: z.boolean(),
  compression_type: z.enum(['gzip', 'zstd']).nullable(),
  stored_size: bytes,
  original_size: bytes.nullable(),
  metadata: z.record(z.string(), z.unknown()),
  owner_id: z.string().nullable(),
  version: z.int().min(1),
  created_at: time,
  updated_at: time,
});

/** What `expand` puts in the place of a file's id. The addresses are null for callers who may not download it. */
export const expandedFileAnswer = fileShape.extend({
  download_url: z.string().nullable(),
  view_url: z.string().nullable(),
});

export const fileListAnswer = z.strictObject({
  files: z.array(fileShape),
  total: z.int().min(0),
  limit: z.int(),
  offset: z.int(),
  next_cursor: z.string().nullable(),
});

export const batchDeletionAnswer = z.strictObject({
  deleted: z.array(z.string()),
  failed: z.array(z.strictObject({ id: z.string(), code: z.enum(ERROR_CODES), error: z.string() })),
});

export const downloadShape = z.object({ token: z.string().optional().describe('A signed token') });

export const signedUrlAnswer = z.strictObject({ url: z.string(), token: z.string(), expires_at: time });

export const liveAnswer = z.strictObject({ status: z.literal('ok') });

export const readyAnswer = z.strictObject({
  status: z.enum(['ok', 'unavailable']),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      status: z.enum(['ok', 'unavailable']),
      error: z.string().optional(),
    }),
  ),
});
