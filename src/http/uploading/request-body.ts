import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * The request's body as chunks, read only as fast as they are taken. Asks a client that waits with
 * `Expect: 100-continue` to go on: until somebody wants the body, a denied upload has cost it nothing.
 * Breaking off does not close the connection, so that the refusal can still be sent.
 */
export function requestBody(request: FastifyRequest, reply: FastifyReply): AsyncIterable<Buffer> {
  if (expectsContinue(request)) reply.raw.writeContinue();
  return request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

/** RFC 9110 section 10.1.1. */
export function expectsContinue(request: FastifyRequest): boolean {
  return request.headers.expect?.toLowerCase() === '100-continue';
}

/** The length that the client announces; null for a chunked body. Node's parser has checked that it is a number. */
export function announcedLength(request: FastifyRequest): number | null {
  const length = request.headers['content-length'];
  return length === undefined ? null : Number(length);
}
