import { BucketUsageRepository } from '../files/bucket-usage-repository.ts';
import type { BackendShare } from '../files/file-places-repository.ts';
import type { Schema } from '../schema/schema.ts';
import type { StorageAccess } from './storage-access.ts';

export interface BucketReport {
  readonly bucket: string;
  readonly files: number;
  readonly bytes: number;
  readonly storedBytes: number;
  /** Promised to unfinished uploads. */
  readonly reservedBytes: number;
  /** Null = none. */
  readonly quota: number | null;
  /** By backend; at least the one that new files go to. */
  readonly backends: readonly BackendShare[];
}

/** What every bucket of the schema holds, and every other that has files. */
export async function storageUsage(
  { database, places }: StorageAccess,
  schema: Schema,
): Promise<BucketReport[]> {
  const usage = new BucketUsageRepository(database);
  const shares = await places.sharesByBucket();
  return [...new Set([...schema.buckets.keys(), ...shares.keys()])].sort().map((name) => {
    const bucket = schema.buckets.get(name);
    const empty = { backend: bucket?.backend ?? '', files: 0, bytes: 0, storedBytes: 0, missing: 0 };
    return {
      bucket: name,
      ...usage.find(name),
      quota: bucket?.maxTotalSize ?? null,
      backends: shares.get(name) ?? [empty],
    };
  });
}
