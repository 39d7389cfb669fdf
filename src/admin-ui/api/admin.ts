import type { StoredFile } from './files.ts';
import { requestJson } from './request.ts';

export interface BucketUsage {
  readonly bucket: string;
  readonly backend: string;
  readonly files: number;
  /** What downloads would yield, as quotas count it. */
  readonly bytes: number;
  /** What lies in the backend. */
  readonly stored_bytes: number;
  readonly max_total_size: number | null;
}

export interface BackendHealth {
  readonly name: string;
  readonly type: string;
  readonly status: 'ok' | 'unavailable';
  readonly error?: string;
}

export interface UnfinishedUpload {
  readonly id: string;
  readonly bucket: string;
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly offset: number;
  readonly owner_id: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly expires_at: string;
}

/** Something that does not mend itself. */
export interface Problem {
  readonly kind: string;
  readonly message: string;
}

export interface Stats {
  readonly buckets: readonly BucketUsage[];
  readonly backends: readonly BackendHealth[];
  readonly problems: readonly Problem[];
}

/** One use of a file by a record. */
export interface FileReference {
  readonly collection: string;
  readonly record_id: string;
  readonly field: string;
}

export function fetchStats(signal: AbortSignal): Promise<Stats> {
  return requestJson('/api/admin/stats', { signal });
}

export async function fetchUsage(bucket: string, signal: AbortSignal): Promise<BucketUsage | null> {
  const { buckets } = await requestJson<{ buckets: readonly BucketUsage[] }>('/api/admin/usage', { signal });
  return buckets.find((usage) => usage.bucket === bucket) ?? null;
}

/** The newest files of all buckets. */
export async function fetchRecentFiles(limit: number, signal: AbortSignal): Promise<readonly StoredFile[]> {
  const { files } = await requestJson<{ files: readonly StoredFile[] }>('/api/admin/files', {
    query: { limit, sort: '-created_at' },
    signal,
  });
  return files;
}

export async function fetchUnfinishedUploads(signal: AbortSignal): Promise<readonly UnfinishedUpload[]> {
  const { uploads } = await requestJson<{ uploads: readonly UnfinishedUpload[] }>('/api/admin/uploads', {
    signal,
  });
  return uploads;
}

export async function fetchReferences(id: string, signal: AbortSignal): Promise<readonly FileReference[]> {
  const { references } = await requestJson<{ references: readonly FileReference[] }>(
    `/api/admin/files/${id}/references`,
    { signal },
  );
  return references;
}
