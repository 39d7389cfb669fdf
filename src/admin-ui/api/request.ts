import { ApiError } from './api-error.ts';
import { send } from './send.ts';
import { accessToken, renewAccess, tokenAtHand } from './session.ts';

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Undefined and empty values are left out. */
  readonly query?: Readonly<Record<string, string | number | readonly string[] | null | undefined>>;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A request in the name of who is signed in. A token that has run out is renewed on the way. */
export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  const url = withQuery(path, options.query ?? {});
  try {
    return await send(url, toInit(options, await accessToken()));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    return send(url, toInit(options, await renewAccess()));
  }
}

export async function requestJson<T>(path: string, options?: RequestOptions): Promise<T> {
  const response = await request(path, options);
  return (await response.json()) as T;
}

/** A request that outlives the page. Nobody hears the answer. */
export async function requestOnLeaving(path: string, options: RequestOptions): Promise<void> {
  const token = tokenAtHand();
  if (token !== null) await send(path, { ...toInit(options, token), keepalive: true });
}

function toInit({ method = 'GET', json, headers, signal }: RequestOptions, token: string): RequestInit {
  return {
    method,
    headers: {
      ...headers,
      authorization: `Bearer ${token}`,
      ...(json !== undefined && { 'content-type': 'application/json' }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(signal !== undefined && { signal }),
  };
}

function withQuery(path: string, query: NonNullable<RequestOptions['query']>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value ?? []].flat()) if (one !== '') params.append(name, String(one));
  }
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}
