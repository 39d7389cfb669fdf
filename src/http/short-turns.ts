import type { FastifyInstance } from 'fastify';
import { TurnShare } from '../lib/turn-share.ts';

/** More make health checks wait longer behind a crowd; fewer bring nothing. */
const REQUESTS_PER_TURN = 8;

/**
 * Lets a crowd of requests that arrive at once begin a few at a time, so that new connections get their turn in
 * between. Health checks go ahead: whoever asks wants to know whether the server is alive, not how busy it is.
 * Register it before whatever costs something.
 */
export function registerShortTurns(app: FastifyInstance): void {
  const turns = new TurnShare(REQUESTS_PER_TURN);
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.url.startsWith('/health/')) done();
    else turns.take(done);
  });
}
