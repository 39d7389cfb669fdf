import type { JsonObject } from './json.ts';

/** A file in a bucket, without its bytes. */
export interface FileObject<B extends string = string> {
  readonly id: string;
  readonly bucket: B;
  readonly name: string;
  readonly path: string;
  /** As read from the bytes. */
  readonly mime_type: string;
  /** What a download yields, in bytes. */
  readonly size: number;
  /** SHA-256 in hex. */
  readonly checksum: string;
  readonly compressed: boolean;
  readonly compression_type: string | null;
  readonly stored_size: number;
  readonly original_size: number | null;
  readonly metadata: JsonObject;
  readonly owner_id: string | null;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** A file that `expand` put in place of its id. The addresses work for a while; null where the caller may not download. */
export interface ExpandedFile<B extends string = string> extends FileObject<B> {
  readonly download_url: string | null;
  readonly view_url: string | null;
}

export type FileSort = 'created_at' | 'name' | 'size';

export interface FileQuery {
  /** 50 without it, at most 1000. */
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** `next_cursor` of the page before; instead of an offset, and faster. */
  readonly cursor?: string | undefined;
  /** A part of the name. */
  readonly search?: string | undefined;
  /** `image/png`, or a range: `image/*`. */
  readonly mimeType?: string | undefined;
  readonly sort?: FileSort | `-${FileSort}` | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface FilePage<B extends string = string> {
  readonly files: readonly FileObject<B>[];
  /** How many files there are in all that the caller may read. */
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
  readonly next_cursor: string | null;
}

export interface FileChanges {
  readonly name?: string | undefined;
  readonly path?: string | undefined;
  /** Takes the place of the metadata there was. */
  readonly metadata?: JsonObject | undefined;
}

export interface FileChangeOptions {
  /** Only if the file still has this version, else PRECONDITION_FAILED: what was read of it before, for example. */
  readonly ifMatch?: Pick<FileObject, 'version'> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface BatchDeletion {
  readonly deleted: readonly string[];
  readonly failed: readonly { readonly id: string; readonly code: string; readonly error: string }[];
}

export interface DownloadOptions {
  /** A part of the file: both ends are in it; without an end, up to the file's own. */
  readonly range?: { readonly start: number; readonly end?: number | undefined } | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface UrlOptions {
  /** `90s`, `15m`, `24h`, `7d`; the server has a default and a limit. */
  readonly expiry?: string | undefined;
  /** `download` (the default) saves the file; `view` shows it, in an `<img>` for example. */
  readonly operation?: 'download' | 'view' | undefined;
  readonly signal?: AbortSignal | undefined;
}
