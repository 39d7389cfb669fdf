import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Node's own note of the response that a connection owes or is sending; null between two requests. */
interface ServerSocket extends Socket {
  readonly _httpMessage?: ServerResponse | null;
}

/**
 * Closes a connection on which no byte has moved for `idleTimeout` ms, mid-upload and mid-download too. A client
 * that has sent its whole request is not to blame for how long the answer takes, so it is left alone.
 */
export function registerIdleTimeout(app: FastifyInstance, idleTimeout: number): void {
  app.server.keepAliveTimeout = idleTimeout;
  app.server.setTimeout(idleTimeout, (socket: ServerSocket) => {
    const response = socket._httpMessage;
    const oursToAnswer = response != null && response.req.complete && !response.headersSent;
    if (!oursToAnswer) socket.destroy();
  });
}
