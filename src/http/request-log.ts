import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { afterRequest } from './after-request.ts';

/**
 * One line per request, when it is over. The query string stays out of it: signed URLs carry their token there.
 * Also sets the headers that every response carries.
 */
export function registerRequestLog(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    setCommonHeaders(request, reply);
    done();
  });
  afterRequest(app, logRequest);
}

export function setCommonHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id);
  reply.header('x-content-type-options', 'nosniff');
  reply.header('referrer-policy', 'no-referrer');
}

export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  const line = {
    method: request.method,
    path: pathOf(request.url),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    ip: request.ip,
    ...(reply.raw.writableFinished ? {} : { aborted: true }),
  };
  if (request.url.startsWith('/health/')) request.log.debug(line, 'request');
  else request.log.info(line, 'request');
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
