import { toApiError } from './api-error.ts';

/** One request as it is. Rejects with an `ApiError` on a refusal, with a sentence when the server is out of reach. */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await reach(path, init);
  if (!response.ok) throw await toApiError(response);
  return response;
}

export async function sendJson<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await send(path, init);
  return (await response.json()) as T;
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { credentials: 'same-origin', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Error('The server cannot be reached; check that it runs, and the connection to it.', {
      cause: error,
    });
  }
}
