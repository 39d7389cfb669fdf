import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { hasSent } from '../lib/has-sent.ts';

/** Node's own note of the response that a connection owes or is sending; null between two requests. */
interface ServerSocket extends Socket {
  readonly _httpMessage?: ServerResponse | null;
}

/**
 * Closes a connection on which no byte has moved for `idleTimeout` ms, mid-upload and mid-download too. A client is not
 * to blame, and left alone, while we owe it an answer to a whole request, or do not take what it sends.
 */
export function registerIdleTimeout(app: FastifyInstance, idleTimeout: number): void {
  app.server.keepAliveTimeout = idleTimeout;
  app.server.setTimeout(idleTimeout, (socket: ServerSocket) => {
    void isIdle(socket, idleTimeout).then((idle) => {
      if (idle) socket.destroy();
      else socket.setTimeout(idleTimeout);
    });
  });
}

async function isIdle(socket: ServerSocket, idleTimeout: number): Promise<boolean> {
  const { _httpMessage: response } = socket;
  if (response == null) return true;
  if (response.headersSent) return !(await hasSent(socket, idleTimeout));
  const { complete, readableLength } = response.req;
  return !complete && readableLength === 0;
}
