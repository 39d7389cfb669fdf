import { isAlyxError } from './alyx-error.ts';
import type { Credentials } from './credentials.ts';
import { readJson, type ApiRequest, type Transport } from './transport.ts';

/** Requests in the caller's name. */
export class Api {
  readonly transport: Transport;
  readonly credentials: Credentials;

  constructor(transport: Transport, credentials: Credentials) {
    this.transport = transport;
    this.credentials = credentials;
  }

  /** Sends the request; once more with a new token when the first one has expired. */
  async send(request: ApiRequest): Promise<Response> {
    const token = await this.credentials.token();
    try {
      return await this.transport.send(authorized(request, token));
    } catch (error) {
      const spent = request.body instanceof ReadableStream; // it cannot be sent twice
      if (token === null || spent || !isAlyxError(error, 'TOKEN_EXPIRED')) throw error;
      const renewed = await this.credentials.renew(token);
      if (renewed === null) throw error;
      return await this.transport.send(authorized(request, renewed));
    }
  }

  async json<T>(request: ApiRequest): Promise<T> {
    return readJson<T>(await this.send(request), request.signal);
  }
}

function authorized(request: ApiRequest, token: string | null): ApiRequest {
  if (token === null) return request;
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}
