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
  /** SHA-256 in hex that the bytes must have; null = none was announced. */
  readonly checksum: string | null;
  /** Null until enough bytes are in to tell. */
  readonly mimeType: string | null;
  /** The `Upload-Metadata` header as the client sent it. */
  readonly claims: string;
  readonly length: number;
  /** So many bytes are in the staging folder, safely. */
  readonly offset: number;
  readonly createdAt: number;
  /** When it is given up unless more bytes come. */
  readonly expiresAt: number;
}

export type UploadProgress = Pick<Upload, 'offset' | 'mimeType' | 'expiresAt'>;
