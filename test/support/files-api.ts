import { expect } from 'vitest';
import type { ErrorCode } from '../../src/lib/errors.ts';
import type { TestApp } from './test-app.ts';
import type { Requests } from './tus.ts';

/** A file as CONTRACT section 5 has it. */
export interface FileJson {
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
  readonly metadata: Record<string, unknown>;
  readonly owner_id: string | null;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface FileListJson {
  readonly files: readonly FileJson[];
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
  readonly next_cursor: string | null;
}

export interface Refusal {
  readonly status: number;
  readonly code: ErrorCode;
  readonly error: string;
  readonly details?: unknown;
  readonly request_id: string;
}

/** Every operation open to everyone. */
export const OPEN_RULES =
  '{ create: "true", read: "true", update: "true", download: "true", delete: "true" }';

/** One open bucket, `docs`, with further settings. */
export function openBucket(settings = ''): string {
  return `buckets:\n  docs: { backend: local, rules: ${OPEN_RULES}${settings === '' ? '' : `, ${settings}`} }\n`;
}

export type RequestOptions = NonNullable<Parameters<TestApp['request']>[1]>;

/** Uploads bare bytes. */
export function put(
  app: Requests,
  bucket: string,
  name: string,
  body: RequestInit['body'],
  { query = '', ...options }: RequestOptions & { query?: string } = {},
): Promise<Response> {
  const path = `/api/files/${bucket}?name=${encodeURIComponent(name)}${query}`;
  return app.request(path, { method: 'PUT', body: body ?? null, ...options });
}

/** Uploads bare bytes that must be taken. */
export async function store(...upload: Parameters<typeof put>): Promise<FileJson> {
  const response = await put(...upload);
  if (response.status !== 201) throw new Error(`not stored: ${response.status} ${await response.text()}`);
  return (await response.json()) as FileJson;
}

/** The one envelope that every error comes in. */
export async function refusal(response: Response): Promise<Refusal> {
  const body = (await response.json()) as Omit<Refusal, 'status'>;
  expect(Object.keys(body).filter((key) => key !== 'details')).toEqual(['error', 'code', 'request_id']);
  expect(body.request_id).toBe(response.headers.get('x-request-id'));
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  return { status: response.status, ...body };
}

export async function fileOf(response: Response): Promise<FileJson> {
  return (await response.json()) as FileJson;
}

export async function list(
  app: TestApp,
  bucket: string,
  query = '',
  options: RequestOptions = {},
): Promise<FileListJson> {
  const response = await app.request(`/api/files/${bucket}${query}`, options);
  if (response.status !== 200) throw new Error(`no list: ${response.status} ${await response.text()}`);
  return (await response.json()) as FileListJson;
}

export const names = ({ files }: FileListJson): string[] => files.map(({ name }) => name);
