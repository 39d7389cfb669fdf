import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { backendHealth } from '../../../operations/backend-health.ts';
import { bucketOverviews } from '../../../operations/bucket-overview.ts';
import { findProblems, PROBLEM_CODES } from '../../../operations/problems.ts';
import type { TroubleRepository } from '../../../operations/trouble-repository.ts';
import { uploadState, type UploadState } from '../../../uploads/upload-state.ts';
import type { UploadsContext } from '../../../uploads/uploads-context.ts';
import { adminFileShape, adminFileToJson } from './files.ts';
import { usageShape, usageToJson } from './usage.ts';

export const statsShape = usageShape.extend({
  uploads: z.strictObject({
    active: z.int(),
    stalled: z.int(),
    finishing: z.int(),
    expired: z.int(),
    /** Of all of them together: what has come, and what was announced. */
    received_bytes: z.int(),
    announced_bytes: z.int(),
  }),
  /** The ten newest files of all buckets. */
  recent_files: z.array(adminFileShape),
  backends: z.array(
    z.strictObject({
      name: z.string(),
      type: z.enum(['filesystem', 's3']),
      status: z.enum(['ok', 'unavailable']),
      /** Why it is unavailable, in words for people. */
      error: z.string().nullable(),
      files: z.int(),
      /** The buckets whose new files go there. */
      buckets: z.array(z.string()),
    }),
  ),
  /** What does not mend itself; empty when all is well. */
  problems: z.array(
    z.strictObject({
      code: z.enum(PROBLEM_CODES),
      /** The bucket or backend. */
      subject: z.string(),
      count: z.int(),
      message: z.string(),
    }),
  ),
});

const RECENT = {
  filter: { bucket: null, search: null, mimeType: null, alternatives: null },
  order: { by: 'created_at', descending: true },
  limit: 10,
  offset: 0,
  after: null,
} as const;

const MAX_UPLOADS = 10_000;

/** `GET /api/admin/stats`: how things are, at one glance. */
export function registerAdminStats(
  app: FastifyInstance,
  uploads: UploadsContext,
  trouble: TroubleRepository,
): void {
  app.get('/api/admin/stats', async () => {
    const [buckets, backends] = await Promise.all([
      bucketOverviews(uploads.files, trouble),
      backendHealth(uploads.files),
    ]);
    return {
      ...usageToJson(buckets),
      uploads: await countUploads(uploads),
      recent_files: (await uploads.files.fileList.page(RECENT)).map(adminFileToJson),
      backends: backends.map(({ name, type, status, error, files, buckets: users }) => ({
        name,
        type,
        status,
        error: error ?? null,
        files,
        buckets: users,
      })),
      problems: await findProblems({ uploads, trouble }, buckets, backends),
    };
  });
}

async function countUploads(context: UploadsContext) {
  const uploads = await context.uploads.list(null, MAX_UPLOADS);
  const states = Map.groupBy(uploads, (upload) => uploadState(context, upload));
  const count = (state: UploadState) => states.get(state)?.length ?? 0;
  return {
    active: count('active'),
    stalled: count('stalled'),
    finishing: count('finishing'),
    expired: count('expired'),
    received_bytes: uploads.reduce((sum, { offset }) => sum + offset, 0),
    announced_bytes: uploads.reduce((sum, { length }) => sum + length, 0),
  };
}
