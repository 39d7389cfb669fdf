import type { FilesContext } from '../files/files-context.ts';
import type { BucketUsage } from '../files/bucket-usage-repository.ts';
import type { TroubleRepository } from './trouble-repository.ts';

export interface BucketOverview extends BucketUsage {
  readonly name: string;
  /** Where its new files go; null for a bucket that has left the schema and still has files. */
  readonly backend: string | null;
  /** Null = none. */
  readonly quota: number | null;
  /** Files whose bytes a check found gone. */
  readonly missingFiles: number;
}

/** What every bucket of the schema holds, and every other that still has files. */
export async function bucketOverviews(
  { schema, files }: FilesContext,
  trouble: TroubleRepository,
): Promise<BucketOverview[]> {
  const missing = await trouble.missingFilesByBucket();
  const names = new Set([...schema.buckets.keys(), ...(await trouble.bucketsWithFiles())]);
  return Promise.all(
    [...names].map(async (name) => {
      const bucket = schema.buckets.get(name);
      return {
        name,
        ...(await files.usage(name)),
        backend: bucket?.backend ?? null,
        quota: bucket?.maxTotalSize ?? null,
        missingFiles: missing.get(name) ?? 0,
      };
    }),
  );
}
