import type { FastifyInstance } from 'fastify';
import { AppError } from '../lib/errors.ts';
import type { Listeners } from './listeners.ts';

const SWEEP_MS = 100;

/** Stops accepting and resolves when every request in flight is answered, or cut after `patience` ms. */
export async function closeServer(
  app: FastifyInstance,
  listeners: Listeners,
  patience: number,
): Promise<void> {
  // A connection that becomes idle only now would otherwise be kept alive for another request.
  const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS);
  const cut = setTimeout(() => app.server.closeAllConnections(), patience);
  try {
    await app.close();
    await listeners.drained();
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
}

/** A request that comes on an open connection once the server is stopping is refused: somebody else may serve it. */
export function registerClosing(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', async () => void (closing = true));
  app.addHook('onRequest', (_request, _reply, done) => {
    done(closing ? new AppError('BACKEND_UNAVAILABLE', 'The server is stopping; try again.') : undefined);
  });
}
