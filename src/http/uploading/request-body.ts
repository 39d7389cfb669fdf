import type { FastifyReply, FastifyRequest } from 'fastify';
import { TurnShare } from '../../lib/turn-share.ts';

/** Of all bodies, 64 KiB each at most. Without a limit, a hundred uploads make turns that hold up everybody else. */
const CHUNKS_PER_TURN = 16;
const turns = new TurnShare(CHUNKS_PER_TURN);

/**
 * The request's body as chunks, read only as fast as they are taken. Asks a client that waits with
 * `Expect: 100-continue` to go on: until somebody wants the body, a denied upload has cost it nothing.
 * Breaking off does not close the connection, so that the refusal can still be sent.
 */
export function requestBody(request: FastifyRequest, reply: FastifyReply): AsyncIterable<Buffer> {
  if (expectsContinue(request)) reply.raw.writeContinue();
  return inShortTurns(request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>);
}

async function* inShortTurns(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of body) {
    await turns.wait();
    yield chunk;
  }
}

/** RFC 9110 section 10.1.1: a client that speaks HTTP/1.0 is not to be told. One that says it twice waits all the same. */
function expectsContinue({ raw: { headers, httpVersion } }: FastifyRequest): boolean {
  return httpVersion !== '1.0' && /(?:^|,)\s*100-continue\s*(?:,|$)/i.test(headers.expect ?? '');
}

/** The length that the client announces; null for a chunked body. Node's parser has checked that it is a number. */
export function announcedLength(request: FastifyRequest): number | null {
  const length = request.headers['content-length'];
  return length === undefined ? null : Number(length);
}
