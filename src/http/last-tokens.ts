import type { Socket } from 'node:net';
import { AppError } from '../lib/errors.ts';

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i;

/**
 * The token that each connection said last. Most say the same with every request, and seeing that takes less than taking
 * the header apart and hashing the token to look it up, which V8 does once for each string.
 */
export class LastTokens {
  readonly #said = new WeakMap<Socket, { readonly authorization: string; readonly token: string }>();

  /** Throws INVALID_TOKEN. */
  read(authorization: string, socket: Socket): string {
    const last = this.#said.get(socket);
    if (last?.authorization === authorization) return last.token;
    const token = bearerToken(authorization);
    this.#said.set(socket, { authorization, token });
    return token;
  }
}

function bearerToken(authorization: string): string {
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) {
    throw new AppError('INVALID_TOKEN', 'The Authorization header must be "Bearer" and an access token.');
  }
  return token;
}
