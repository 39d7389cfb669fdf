import { createHash } from 'node:crypto';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { Upload, type HttpResponse, type UploadOptions } from 'tus-js-client';
import { expect, vi } from 'vitest';
import type { RequestOptions } from './files-api.ts';
import { filesBelow } from './leftovers.ts';

export const CHUNK_TYPE = 'application/offset+octet-stream';
const PROTOCOL = { 'tus-resumable': '1.0.0' };

/** The value of `Upload-Metadata` for these keys. */
export function uploadMetadata(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',');
}

/** Whatever requests can be sent to: a server in this process, or in one of its own. */
export interface Requests {
  request(path: string, options?: RequestOptions): Promise<Response>;
}

export type TusOptions = Omit<RequestOptions, 'headers'> & { headers?: Readonly<Record<string, string>> };

/** One request of the protocol, with the header that each one needs. */
export function tus(
  app: Requests,
  method: string,
  path: string,
  { headers, ...options }: TusOptions = {},
): Promise<Response> {
  return app.request(path, { method, headers: { ...PROTOCOL, ...headers }, ...options });
}

export type CreateOptions = TusOptions & {
  bucket?: string;
  metadata?: Readonly<Record<string, string>>;
};

/** Asks for a new upload in the bucket `docs`. */
export function create(
  app: Requests,
  length: number,
  { bucket = 'docs', metadata = {}, headers, ...options }: CreateOptions = {},
): Promise<Response> {
  const announced = { 'upload-length': String(length), 'upload-metadata': uploadMetadata(metadata) };
  return tus(app, 'POST', `/api/files/${bucket}/tus`, { headers: { ...announced, ...headers }, ...options });
}

/** A new upload that must be granted; resolves to its path. */
export async function begin(app: Requests, length: number, options?: CreateOptions): Promise<string> {
  const response = await create(app, length, options);
  if (response.status !== 201) throw new Error(`not created: ${response.status} ${await response.text()}`);
  return response.headers.get('location') ?? '';
}

/** Sends bytes for an upload. */
export function patch(
  app: Requests,
  path: string,
  offset: number,
  bytes: RequestInit['body'],
  { headers, ...options }: TusOptions = {},
): Promise<Response> {
  const all = { 'upload-offset': String(offset), 'content-type': CHUNK_TYPE, ...headers };
  return tus(app, 'PATCH', path, { body: bytes ?? null, headers: all, ...options });
}

/** The head of a PATCH from the upload's start, for a RawConnection; `framing` says how the bytes will come. */
export function patchHead(path: string, framing: string): string[] {
  return [
    `PATCH ${path} HTTP/1.1`,
    'Host: x',
    'Tus-Resumable: 1.0.0',
    'Upload-Offset: 0',
    `Content-Type: ${CHUNK_TYPE}`,
    framing,
  ];
}

export async function offsetOf(app: Requests, path: string, options?: TusOptions): Promise<number> {
  const response = await tus(app, 'HEAD', path, options);
  expect(response.status).toBe(200);
  return Number(response.headers.get('upload-offset'));
}

export const idOf = (path: string): string => path.split('/').at(-1) ?? '';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What is kept of uploads that are no files (yet). */
export interface UploadsKept {
  readonly rows: number;
  /** Names in the staging folder. */
  readonly staged: readonly string[];
}

export function uploadsKept(folder: string): UploadsKept {
  const database = new BetterSqlite3(join(folder, 'data/alyx.db'), { readonly: true });
  try {
    const rows = database.prepare('SELECT count(*) FROM _alyx_uploads').pluck().get() as number;
    return { rows, staged: filesBelow(join(folder, 'data/uploads')) };
  } finally {
    database.close();
  }
}

/** Waits until neither a row nor a byte of any upload is left. */
export async function expectNoUploads(folder: string): Promise<void> {
  await vi.waitFor(() => expect(uploadsKept(folder)).toEqual({ rows: 0, staged: [] }), { timeout: 10_000 });
}

export interface ClientUpload {
  readonly upload: Upload;
  /** The last response, once the client believes that everything is up; rejects with what it gave up on. */
  readonly done: Promise<HttpResponse>;
}

/** An upload by tus-js-client, not started yet. Like an application, it tries again for a while. */
export function clientUpload(endpoint: string, content: Buffer, options: UploadOptions = {}): ClientUpload {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const upload = new Upload(content, {
    endpoint,
    chunkSize: 5 * 1024 * 1024,
    retryDelays: Array.from({ length: 100 }, () => 100),
    onSuccess: ({ lastResponse }) => resolve(lastResponse),
    onError: reject,
    ...options,
  });
  promise.catch(() => undefined);
  return { upload, done: promise };
}
