import type { StoredFile } from './files.ts';
import { requestJson } from './request.ts';

export interface BucketUsage {
  readonly name: string;
  /** Null for a bucket that has left the schema and still has files. */
  readonly backend: string | null;
  readonly files: number;
  readonly bytes: number;
  readonly stored_bytes: number;
  readonly saved_bytes: number;
  readonly reserved_bytes: number;
  readonly quota: number | null;
  readonly missing_files: number;
}

export interface Usage {
  readonly buckets: readonly BucketUsage[];
  readonly totals: {
    readonly files: number;
    readonly bytes: number;
    readonly stored_bytes: number;
    readonly saved_bytes: number;
  };
}

export interface BackendHealth {
  readonly name: string;
  readonly type: string;
  readonly status: 'ok' | 'unavailable';
  readonly error: string | null;
  readonly files: number;
  readonly buckets: readonly string[];
}

/** Something that does not mend itself. */
export interface Problem {
  readonly code: string;
  readonly subject: string;
  readonly message: string;
}

export interface Stats extends Usage {
  readonly recent_files: readonly StoredFile[];
  readonly backends: readonly BackendHealth[];
  readonly problems: readonly Problem[];
}

export interface UnfinishedUpload {
  readonly id: string;
  readonly bucket: string;
  readonly path: string;
  readonly length: number;
  readonly offset: number;
  readonly state: 'active' | 'stalled' | 'finishing' | 'expired';
  readonly last_byte_at: string;
  readonly expires_at: string;
}

/** One use of a file by a record. */
export interface FileReference {
  readonly collection: string;
  readonly id: string;
  readonly field: string;
}

export function fetchStats(signal: AbortSignal): Promise<Stats> {
  return requestJson('/api/admin/stats', { signal });
}

export async function fetchUsage(bucket: string, signal: AbortSignal): Promise<BucketUsage | null> {
  const { buckets } = await requestJson<Usage>('/api/admin/usage', { signal });
  return buckets.find(({ name }) => name === bucket) ?? null;
}

export interface UploadList {
  readonly uploads: readonly UnfinishedUpload[];
  readonly total: number;
}

export function fetchUnfinishedUploads(limit: number, signal: AbortSignal): Promise<UploadList> {
  return requestJson('/api/admin/uploads', { query: { limit }, signal });
}

export async function fetchReferences(id: string, signal: AbortSignal): Promise<readonly FileReference[]> {
  const { references } = await requestJson<{ references: readonly FileReference[] }>(
    `/api/admin/files/${id}/references`,
    { signal },
  );
  return references;
}
