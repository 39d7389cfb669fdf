import type { StoredFile } from '../files/stored-file.ts';

export type ProblemKind =
  | 'backend_unavailable'
  | 'backend_unknown'
  | 'bytes_missing'
  | 'bytes_back'
  | 'wrong_size'
  | 'wrong_content'
  | 'bytes_without_row'
  | 'stale_parts'
  | 'stale_upload'
  | 'dangling_reference';

/** One thing that a check found. */
export interface StorageProblem {
  readonly kind: ProblemKind;
  /** What is wrong, and what to do where a repair cannot do it. */
  readonly message: string;
  readonly repaired: boolean;
  readonly backend?: string;
  readonly bucket?: string;
  readonly objectKey?: string;
  readonly fileId?: string;
  readonly path?: string;
  readonly collection?: string;
  readonly recordId?: string;
  readonly field?: string;
}

export function fileProblem(
  kind: ProblemKind,
  { id, backend, bucket, objectKey, path }: StoredFile,
  message: string,
  repaired = false,
): StorageProblem {
  return { kind, message, repaired, backend, bucket, objectKey, fileId: id, path };
}
