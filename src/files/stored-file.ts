import type { JsonObject } from '../lib/json.ts';

/** How an object's bytes are coded in its backend; null = as they were uploaded. */
export type Codec = 'gzip' | 'zstd' | null;

/** A row of `_alyx_files`. Times are epoch milliseconds, sizes bytes. */
export interface StoredFile {
  readonly id: string;
  readonly bucket: string;
  readonly name: string;
  readonly path: string;
  readonly mimeType: string;
  /** What a download yields. */
  readonly size: number;
  /** SHA-256 of what a download yields, in hex. */
  readonly checksum: string;
  readonly backend: string;
  readonly objectKey: string;
  readonly codec: Codec;
  /** What lies in the backend. */
  readonly storedSize: number;
  readonly metadata: JsonObject;
  readonly ownerId: string | null;
  readonly version: number;
  /** True once a check found its bytes gone: the row is kept, its download is refused. */
  readonly bytesMissing: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}
