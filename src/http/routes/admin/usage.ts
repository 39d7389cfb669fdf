import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { FilesContext } from '../../../files/files-context.ts';
import { bucketOverviews, type BucketOverview } from '../../../operations/bucket-overview.ts';
import type { TroubleRepository } from '../../../operations/trouble-repository.ts';

export const bucketUsageShape = z.strictObject({
  name: z.string(),
  /** Where new files go; null for a bucket that has left the schema and still has files. */
  backend: z.string().nullable(),
  files: z.int(),
  bytes: z.int(),
  /** What lies in the backends. */
  stored_bytes: z.int(),
  /** What compression saves: `bytes` less `stored_bytes`. */
  saved_bytes: z.int(),
  /** Promised to unfinished uploads; counts towards the quota. */
  reserved_bytes: z.int(),
  quota: z.int().nullable(),
  /** Files whose bytes a check found gone. */
  missing_files: z.int(),
});

export const usageShape = z.strictObject({
  buckets: z.array(bucketUsageShape),
  totals: z.strictObject({
    files: z.int(),
    bytes: z.int(),
    stored_bytes: z.int(),
    saved_bytes: z.int(),
    reserved_bytes: z.int(),
  }),
});

/** `GET /api/admin/usage`: what each bucket holds. */
export function registerAdminUsage(
  app: FastifyInstance,
  files: FilesContext,
  trouble: TroubleRepository,
): void {
  app.get('/api/admin/usage', async () => usageToJson(await bucketOverviews(files, trouble)));
}

export function usageToJson(overviews: readonly BucketOverview[]) {
  const buckets = overviews.map(({ name, backend, quota, missingFiles, ...usage }) => ({
    name,
    backend,
    files: usage.files,
    bytes: usage.bytes,
    stored_bytes: usage.storedBytes,
    saved_bytes: usage.bytes - usage.storedBytes,
    reserved_bytes: usage.reservedBytes,
    quota,
    missing_files: missingFiles,
  }));
  const sum = (key: 'files' | 'bytes' | 'stored_bytes' | 'saved_bytes' | 'reserved_bytes') =>
    buckets.reduce((total, bucket) => total + bucket[key], 0);
  return {
    buckets,
    totals: {
      files: sum('files'),
      bytes: sum('bytes'),
      stored_bytes: sum('stored_bytes'),
      saved_bytes: sum('saved_bytes'),
      reserved_bytes: sum('reserved_bytes'),
    },
  };
}
