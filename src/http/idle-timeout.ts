import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Closes a connection on which no byte has moved for `idleTimeout` ms, mid-upload and mid-download too. A client
 * that has sent its whole request is not to blame for how long the answer takes, so it is left alone.
 */
export function registerIdleTimeout(app: FastifyInstance, idleTimeout: number): void {
  const waiting = new WeakMap<Socket, ServerResponse>();
  app.server.keepAliveTimeout = idleTimeout;
  app.server.setTimeout(idleTimeout, (socket: Socket) => {
    const response = waiting.get(socket);
    const oursToAnswer = response !== undefined && response.req.complete && !response.headersSent;
    if (!oursToAnswer) socket.destroy();
  });
  app.addHook('onRequest', (request, reply, done) => {
    waiting.set(request.raw.socket, reply.raw);
    done();
  });
}
