import { AlyxError, type ErrorDetails } from './alyx-error.ts';
import type { ErrorCode } from './error-codes.ts';
import { serverUrl } from './server-url.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type QueryValue = string | number | boolean | readonly string[] | undefined;

/** One request to the API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Already encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly body?: Blob | ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Carries this request instead of the client's own `fetch`. */
  readonly via?: Fetch | undefined;
}

/** Sends requests and turns everything but a success into an AlyxError. */
export class Transport {
  /** Without a slash at its end. */
  readonly url: string;
  readonly #fetch: Fetch;

  constructor(url: string, fetch: Fetch) {
    this.url = serverUrl(url);
    this.#fetch = fetch;
  }

  async send(request: ApiRequest): Promise<Response> {
    const fetch = request.via ?? this.#fetch;
    const url = `${this.url}${request.path}${queryString(request.query)}`;
    const response = await reached(request.signal, () => fetch(url, toInit(request)));
    if (response.ok) return response;
    throw await toError(response);
  }
}

/** Runs what may fail on the way to the server or back. */
export async function reached<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof AlyxError) throw error;
    if (signal?.aborted === true) throw aborted(signal.reason);
    throw new AlyxError('NETWORK_ERROR', 'The server cannot be reached.', { cause: error });
  }
}

export function aborted(reason?: unknown): AlyxError {
  return new AlyxError('ABORTED', 'The request was given up.', { cause: reason });
}

/** A successful answer's JSON. */
export async function readJson<T>(response: Response, signal?: AbortSignal): Promise<T> {
  const text = await reached(signal, () => response.text());
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw unexpected(response.status, error);
  }
}

interface Envelope {
  readonly error: string;
  readonly code: ErrorCode;
  readonly details?: ErrorDetails;
  readonly request_id?: string;
}

/** The error that an answer's body tells, or says that it tells none. */
export function errorFrom(status: number, body: string, retryAfter: string | null): AlyxError {
  let envelope: Partial<Envelope> | null = null;
  try {
    envelope = JSON.parse(body) as Partial<Envelope> | null;
  } catch {
    // told below
  }
  if (typeof envelope?.error !== 'string' || typeof envelope.code !== 'string') return unexpected(status);
  return new AlyxError(envelope.code, envelope.error, {
    status,
    details: envelope.details,
    requestId: envelope.request_id ?? null,
    retryAfter: retryAfter === null || !/^\d+$/.test(retryAfter) ? null : Number(retryAfter),
  });
}

async function toError(response: Response): Promise<AlyxError> {
  const body = await reached(undefined, () => response.text());
  return errorFrom(response.status, body, response.headers.get('retry-after'));
}

function unexpected(status: number, cause?: unknown): AlyxError {
  const message = `The answer (status ${status}) is not one that an Alyx server gives.`;
  return new AlyxError('UNEXPECTED_RESPONSE', message, { status, cause });
}

function toInit({ method, json, body, headers, signal }: ApiRequest): RequestInit {
  const all: Record<string, string> = { accept: 'application/json', ...headers };
  if (json !== undefined) all['content-type'] = 'application/json';
  const content = json === undefined ? body : JSON.stringify(json);
  return {
    method,
    headers: all,
    ...(signal === undefined ? {} : { signal }),
    ...(content === undefined ? {} : { body: content }),
    // Required with a stream as body; DOM's types do not know it.
    ...(content instanceof ReadableStream ? { duplex: 'half' } : {}),
  };
}

function queryString(query: ApiRequest['query'] = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value]) {
      search.append(name, String(one));
    }
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
