import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Calls back when a request is over: answered, or its client gone. Fastify's `onResponse` says nothing of a client that
 * went away before the answer.
 */
export function afterRequest(
  app: FastifyInstance,
  over: (request: FastifyRequest, reply: FastifyReply) => void,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.on('close', () => over(request, reply)); // comes once: `once` would wrap and remove it
    done();
  });
}
