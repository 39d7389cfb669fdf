import type { Fetch } from './transport.ts';

type OnProgress = (loaded: number) => void;

/** The part of XMLHttpRequest that is used here; Node has none, and its types neither. */
interface Xhr {
  readonly upload: { onprogress: ((event: { readonly loaded: number }) => void) | null };
  readonly status: number;
  readonly response: unknown;
  responseType: string;
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getAllResponseHeaders(): string;
  send(body: unknown): void;
  abort(): void;
}

/** A `fetch` that tells how many bytes of the body are sent. */
export function progressFetch(fetch: Fetch, onProgress: OnProgress): Fetch {
  const scope = globalThis as { XMLHttpRequest?: new () => Xhr };
  const Request = scope.XMLHttpRequest;
  if (Request !== undefined) return (url, init) => sendByXhr(new Request(), url, init, onProgress);
  return (url, init) => {
    const body = init.body instanceof Blob ? init.body.stream() : (init.body as ReadableStream<Uint8Array>);
    return fetch(url, { ...init, body: counted(body, onProgress), duplex: 'half' } as RequestInit);
  };
}

function counted(body: ReadableStream<Uint8Array>, onProgress: OnProgress): ReadableStream<Uint8Array> {
  let loaded = 0;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      loaded += chunk.byteLength;
      onProgress(loaded);
      controller.enqueue(chunk);
    },
  });
  return body.pipeThrough(count);
}

/** Browsers tell the progress of what they send here only. */
async function sendByXhr(
  xhr: Xhr,
  url: string,
  init: RequestInit,
  onProgress: OnProgress,
): Promise<Response> {
  const { signal } = init;
  // No browser takes a stream here, and few take one anywhere.
  const body = init.body instanceof ReadableStream ? await new Response(init.body).blob() : init.body;
  const give = () => xhr.abort();
  try {
    return await new Promise<Response>((resolve, reject) => {
      xhr.open(init.method ?? 'GET', url);
      for (const [name, value] of new Headers(init.headers)) xhr.setRequestHeader(name, value);
      xhr.responseType = 'blob';
      xhr.upload.onprogress = ({ loaded }) => onProgress(loaded);
      xhr.onload = () => resolve(toResponse(xhr));
      xhr.onerror = () => reject(new TypeError('the request failed'));
      xhr.onabort = () => reject(new TypeError('the request was given up'));
      signal?.addEventListener('abort', give);
      if (signal?.aborted === true) reject(new TypeError('the request was given up'));
      else xhr.send(body);
    });
  } finally {
    signal?.removeEventListener('abort', give);
  }
}

function toResponse(xhr: Xhr): Response {
  const headers = new Headers();
  for (const line of xhr
    .getAllResponseHeaders()
    .trim()
    .split(/[\r\n]+/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return new Response(xhr.response as Blob, { status: xhr.status, headers });
}
