import type { JsonObject } from '../lib/json.ts';

/** A row of `_alyx_uploads`: a resumable upload whose bytes are not all in. Times are epoch milliseconds. */
export interface Upload {
  /** Also the id of the file that it becomes. */
  readonly id: string;
  readonly bucket: string;
  readonly name: string;
  readonly path: string;
  readonly metadata: JsonObject;
  readonly ownerId: string | null;
  /** SHA-256 in hex that the bytes must have; null = none was announced. Once the upload is complete: that they have. */
  readonly checksum: string | null;
  /** Null until enough bytes are in to tell. */
  readonly mimeType: string | null;
  /** The `Upload-Metadata` header as the client sent it. */
  readonly claims: string;
  readonly length: number;
  /** So many bytes are in the staging folder, safely. Equal to `length` only in a complete upload. */
  readonly offset: number;
  readonly createdAt: number;
  /** When it is given up unless more bytes come. */
  readonly expiresAt: number;
}

export type UploadProgress = Pick<Upload, 'offset' | 'mimeType' | 'expiresAt'>;

/** An upload whose bytes are all in, verified and of a type that its bucket takes; it only has to become a file. */
export interface CompleteUpload extends Upload {
  readonly mimeType: string;
  readonly checksum: string;
}

export function isComplete(upload: Upload): upload is CompleteUpload {
  return upload.offset === upload.length && upload.mimeType !== null && upload.checksum !== null;
}
