import type { FastifyInstance } from 'fastify';
import { TurnBudget, type Around } from '../lib/turn-budget.ts';

/** A longer turn makes health checks wait longer behind a crowd. */
const MS_PER_TURN = 2;

/**
 * Lets requests that arrive at once begin together, and a crowd of them a few at a time, so that new connections get
 * their turn in between. Health checks go ahead: whoever asks wants to know whether the server is alive, not how busy
 * it is. Answers that are written one right after another cost less, too: whoever reads them is awake.
 * A request whose client went away meanwhile never begins: whoever waits for its connection to close would wait for good.
 * Register it before whatever costs something.
 */
export function registerShortTurns(app: FastifyInstance, around: Around): void {
  const turns = new TurnBudget({ perTurn: MS_PER_TURN, around });
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.url.startsWith('/health/')) done();
    else
      turns.take(() => {
        if (!request.raw.socket.destroyed) done();
      });
  });
}
