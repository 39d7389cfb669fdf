import { request, requestJson, requestOnLeaving } from './request.ts';

export interface StoredFile {
  readonly id: string;
  readonly bucket: string;
  readonly name: string;
  readonly path: string;
  readonly mime_type: string;
  readonly size: number;
  readonly checksum: string;
  readonly compressed: boolean;
  readonly compression_type: string | null;
  readonly stored_size: number;
  readonly original_size: number | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly owner_id: string | null;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface FileQuery {
  readonly search: string;
  /** `image/*`, or '' for every type. */
  readonly mimeType: string;
  /** `-created_at`, `name`, … */
  readonly sort: string;
}

export interface FileList {
  readonly files: readonly StoredFile[];
  readonly total: number;
  readonly next_cursor: string | null;
}

/** Where a page begins: behind a cursor, or so many files from the start. */
export type PageStart = { readonly cursor: string } | { readonly offset: number };

export function listFiles(
  bucket: string,
  { search, mimeType, sort }: FileQuery,
  page: PageStart & { readonly limit: number },
  signal?: AbortSignal,
): Promise<FileList> {
  return requestJson(`/api/files/${bucket}`, {
    query: { search, mime_type: mimeType, sort, ...page },
    ...(signal !== undefined && { signal }),
  });
}

export function getFile(bucket: string, id: string, signal?: AbortSignal): Promise<StoredFile> {
  return requestJson(`/api/files/${bucket}/${id}`, signal === undefined ? {} : { signal });
}

export interface FileChanges {
  readonly name?: string;
  readonly path?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Fails with PRECONDITION_FAILED when somebody else was faster. */
export function changeFile(file: StoredFile, changes: FileChanges): Promise<StoredFile> {
  return requestJson(`/api/files/${file.bucket}/${file.id}`, {
    method: 'PATCH',
    json: changes,
    headers: { 'if-match': `"${file.id}.${file.version}"` },
  });
}

export interface DeleteOutcome {
  readonly deleted: readonly string[];
  readonly failed: readonly { readonly id: string; readonly code: string; readonly error: string }[];
}

/** At most 1000 at a time. */
export function deleteFiles(bucket: string, ids: readonly string[]): Promise<DeleteOutcome> {
  return requestJson(`/api/files/${bucket}/batch-delete`, { method: 'POST', json: { ids } });
}

/** While the page is being closed. */
export function deleteFilesOnLeaving(bucket: string, ids: readonly string[]): Promise<void> {
  return requestOnLeaving(`/api/files/${bucket}/batch-delete`, { method: 'POST', json: { ids } });
}

export interface SignedLink {
  readonly url: string;
  readonly expires_at: string;
}

/** A link that needs no token. Without `expiry` it lives as long as the server's default. */
export async function signFile(
  { bucket, id }: Pick<StoredFile, 'bucket' | 'id'>,
  operation: 'download' | 'view',
  expiry?: string,
  signal?: AbortSignal,
): Promise<SignedLink> {
  return requestJson(`/api/files/${bucket}/${id}/sign`, {
    query: { operation, expiry },
    ...(signal !== undefined && { signal }),
  });
}

/** The file's bytes, or the first of them. */
export async function readFile(
  { bucket, id, size }: StoredFile,
  options: { readonly firstBytes?: number; readonly signal?: AbortSignal } = {},
): Promise<Blob> {
  const { firstBytes = size, signal } = options;
  const isPart = firstBytes < size;
  const response = await request(`/api/files/${bucket}/${id}/view`, {
    ...(isPart && { headers: { range: `bytes=0-${firstBytes - 1}` } }),
    ...(signal !== undefined && { signal }),
  });
  return response.blob();
}
