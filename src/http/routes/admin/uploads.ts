import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { toTimestamp } from '../../../lib/clock.ts';
import { lastByteAt, UPLOAD_STATES, uploadState } from '../../../uploads/upload-state.ts';
import type { UploadsContext } from '../../../uploads/uploads-context.ts';
import { readQuery } from '../../input.ts';

export const uploadListQueryShape = z.strictObject({
  bucket: z.string().max(63).optional(),
  state: z.enum(UPLOAD_STATES).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  offset: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
});

export const uploadShape = z.strictObject({
  id: z.string(),
  bucket: z.string(),
  name: z.string(),
  path: z.string(),
  owner_id: z.string().nullable(),
  mime_type: z.string().nullable(),
  length: z.int(),
  /** So many bytes are in. */
  offset: z.int(),
  state: z.enum(UPLOAD_STATES),
  created_at: z.iso.datetime(),
  last_byte_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
});

export const uploadListShape = z.strictObject({
  uploads: z.array(uploadShape),
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
});

/** More than a person looks through; the oldest beyond are left out. */
const MAX_UPLOADS = 10_000;

/** `GET /api/admin/uploads`: resumable uploads that are no files yet, newest first. */
export function registerAdminUploads(app: FastifyInstance, context: UploadsContext): void {
  app.get('/api/admin/uploads', async (request) => {
    const { bucket = null, state, limit, offset } = readQuery(uploadListQueryShape, request.query);
    const all = await context.uploads.list(bucket, MAX_UPLOADS);
    const wanted = all
      .map((upload) => ({ upload, state: uploadState(context, upload) }))
      .filter((entry) => state === undefined || entry.state === state);
    return {
      uploads: wanted.slice(offset, offset + limit).map(({ upload, state }) => ({
        id: upload.id,
        bucket: upload.bucket,
        name: upload.name,
        path: upload.path,
        owner_id: upload.ownerId,
        mime_type: upload.mimeType,
        length: upload.length,
        offset: upload.offset,
        state,
        created_at: toTimestamp(upload.createdAt),
        last_byte_at: toTimestamp(lastByteAt(context, upload)),
        expires_at: toTimestamp(upload.expiresAt),
      })),
      total: wanted.length,
      limit,
      offset,
    };
  });
}
