import type { FastifyInstance, FastifyRequest } from 'fastify';

/** How long, and for how many bytes, a refused client may go on sending before its connection is cut. */
const LINGER_MS = 5_000;
const LINGER_BYTES = 16 * 1024 * 1024;

/**
 * A refusal is often sent while the client is still sending. Closing at once would make the kernel reset the
 * connection and the client lose the answer, so the rest is read and thrown away for a while (what nginx calls a
 * lingering close).
 */
export function registerLinger(app: FastifyInstance): void {
  app.addHook('onResponse', (request, _reply, done) => {
    if (!request.raw.complete && !request.raw.destroyed) linger(request);
    done();
  });
}

function linger(request: FastifyRequest): void {
  const { raw } = request;
  let left = LINGER_BYTES;
  const cut = () => raw.socket.destroy();
  const timer = setTimeout(cut, LINGER_MS);
  raw.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) cut();
  });
  raw.once('error', () => undefined);
  raw.once('close', () => clearTimeout(timer));
  // Whoever was taking the body left off in the middle; the listener of their iterator would hold up the flow.
  raw.removeAllListeners('readable');
  raw.resume();
}
