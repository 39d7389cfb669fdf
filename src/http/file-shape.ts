import { z } from 'zod';

/** A file as every response shows it; CONTRACT section 5. */
export const fileShape = z.strictObject({
  id: z.string(),
  bucket: z.string(),
  name: z.string(),
  path: z.string(),
  mime_type: z.string(),
  /** What a download yields. */
  size: z.int(),
  /** SHA-256 of what a download yields, in hex. */
  checksum: z.string(),
  compressed: z.boolean(),
  compression_type: z.enum(['gzip', 'zstd']).nullable(),
  /** What lies in the backend. */
  stored_size: z.int(),
  original_size: z.int().nullable(),
  metadata: z.record(z.string(), z.json()),
  owner_id: z.string().nullable(),
  version: z.int(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
