import type { FastifyInstance } from 'fastify';

const SWEEP_MS = 100;

/** Stops accepting and resolves when every request in flight is answered, or cut after `patience` ms. */
export async function closeServer(app: FastifyInstance, patience: number): Promise<void> {
  // A connection that becomes idle only now would otherwise be kept alive for another request.
  const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS);
  const cut = setTimeout(() => app.server.closeAllConnections(), patience);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
}
