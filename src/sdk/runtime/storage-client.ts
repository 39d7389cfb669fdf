import type { Api } from './api.ts';
import type {
  BatchDeletion,
  DownloadOptions,
  FileChangeOptions,
  FileChanges,
  FileObject,
  FilePage,
  FileQuery,
  UrlOptions,
} from './file-types.ts';
import { filesPath } from './paths.ts';
import type { CallOptions } from './record-types.ts';
import { AlyxError } from './alyx-error.ts';
import { reached } from './transport.ts';
import { uploadFile, type UploadContext } from './upload-file.ts';
import type { UploadOptions, UploadSource } from './upload-options.ts';
import type { UploadTask } from './upload-task.ts';

/** The files in the buckets, whose names are `N`. */
export class StorageClient<N extends string> {
  readonly #api: Api;
  readonly #uploads: UploadContext;

  constructor(uploads: UploadContext) {
    this.#api = uploads.api;
    this.#uploads = uploads;
  }

  /**
   * Sends a file to a bucket. Await the task for the file it becomes; `pause`, `resume` and `abort` steer it.
   * An upload in chunks that was broken off, by a closed page too, goes on where it was when the same file is
   * uploaded again.
   */
  upload<B extends N>(bucket: B, source: UploadSource, options: UploadOptions = {}): UploadTask<B> {
    return uploadFile(this.#uploads, bucket, source, options);
  }

  /** The file's bytes. */
  download(bucket: N, id: string, options: DownloadOptions = {}): Promise<Blob> {
    return this.#blob('download', bucket, id, options);
  }

  /** The file's bytes, by the route that shows them. For an address to show a file by, see `getUrl`. */
  view(bucket: N, id: string, options: DownloadOptions = {}): Promise<Blob> {
    return this.#blob('view', bucket, id, options);
  }

  /** The file's bytes as they arrive, for what is too large to be held at once. */
  async stream(bucket: N, id: string, options: DownloadOptions = {}): Promise<ReadableStream<Uint8Array>> {
    const { body, status } = await this.#fetch('download', bucket, id, options);
    if (body !== null) return body;
    throw new AlyxError('UNEXPECTED_RESPONSE', 'The answer has no body.', { status });
  }

  /** An address of the file that works for a while without logging in. */
  async getUrl(bucket: N, id: string, { expiry, operation, signal }: UrlOptions = {}): Promise<string> {
    const signed = await this.#api.json<{ readonly url: string }>({
      method: 'GET',
      path: filesPath(bucket, id, 'sign'),
      query: { expiry, operation },
      signal,
    });
    const { url } = this.#api.transport;
    return signed.url.startsWith('/') ? `${url}${signed.url}` : signed.url;
  }

  /** A page of the files that the caller may read. */
  list<B extends N>(bucket: B, query: FileQuery = {}): Promise<FilePage<B>> {
    const { signal, mimeType, ...rest } = query;
    return this.#api.json({
      method: 'GET',
      path: filesPath(bucket),
      query: { ...rest, mime_type: mimeType },
      signal,
    });
  }

  get<B extends N>(bucket: B, id: string, { signal }: CallOptions = {}): Promise<FileObject<B>> {
    return this.#api.json({ method: 'GET', path: filesPath(bucket, id), signal });
  }

  /** Changes what is said about a file; its bytes never change. */
  update<B extends N>(
    bucket: B,
    id: string,
    changes: FileChanges,
    { ifMatch, signal }: FileChangeOptions = {},
  ): Promise<FileObject<B>> {
    const headers = condition(id, ifMatch);
    return this.#api.json({ method: 'PATCH', path: filesPath(bucket, id), json: changes, headers, signal });
  }

  /** Throws FILE_IN_USE while a record refers to the file. */
  async delete(bucket: N, id: string, { ifMatch, signal }: FileChangeOptions = {}): Promise<void> {
    const headers = condition(id, ifMatch);
    await this.#api.send({ method: 'DELETE', path: filesPath(bucket, id), headers, signal });
  }

  /** Deletes up to 1000 files, and says of each what became of it. */
  deleteMany(bucket: N, ids: readonly string[], { signal }: CallOptions = {}): Promise<BatchDeletion> {
    const path = filesPath(bucket, 'batch-delete');
    return this.#api.json({ method: 'POST', path, json: { ids }, signal });
  }

  async #blob(operation: string, bucket: N, id: string, options: DownloadOptions): Promise<Blob> {
    const response = await this.#fetch(operation, bucket, id, options);
    return reached(options.signal, () => response.blob());
  }

  #fetch(operation: string, bucket: N, id: string, { range, signal }: DownloadOptions): Promise<Response> {
    return this.#api.send({
      method: 'GET',
      path: filesPath(bucket, id, operation),
      headers: { accept: '*/*', ...(range && { range: `bytes=${range.start}-${range.end ?? ''}` }) },
      signal,
    });
  }
}

/** A file's entity tag is its id and version. */
function condition(id: string, ifMatch: FileChangeOptions['ifMatch']): Record<string, string> {
  return ifMatch === undefined ? {} : { 'if-match': `"${id}.${ifMatch.version}"` };
}
