import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { bytesSent } from '../../lib/sendfile.ts';
import { afterRequest } from '../after-request.ts';
import { isUpload } from '../uploading/is-upload.ts';
import type { Metrics } from './metrics.ts';

/** Counts every request, and answers `/metrics` in Prometheus' text form. */
export function registerMetrics(app: FastifyInstance, metrics: Metrics): void {
  const traffic = new TrafficMeter();
  app.addHook('onRequest', (request, _reply, done) => {
    if (isUpload(request)) metrics.uploadStarted();
    done();
  });
  afterRequest(app, (request, reply) => {
    if (isUpload(request)) metrics.uploadEnded();
    const { url } = request.routeOptions;
    // A client may send any word as its method; labels must stay few.
    const method = url === undefined ? 'any' : request.method;
    metrics.request(method, url ?? 'none', reply.statusCode, reply.elapsedTime / 1000);
    const { received, sent } = traffic.since(request.raw.socket);
    metrics.traffic(received, sent);
  });
  app.get('/metrics', async (_request, reply) =>
    reply.header('content-type', metrics.contentType).send(await metrics.text()),
  );
}

/** What went over a connection since it was last asked: one connection serves many requests. */
class TrafficMeter {
  readonly #seen = new WeakMap<Socket, { received: number; sent: number }>();

  since(socket: Socket): { received: number; sent: number } {
    const before = this.#seen.get(socket) ?? { received: 0, sent: 0 };
    const now = { received: socket.bytesRead, sent: bytesSent(socket) };
    this.#seen.set(socket, now);
    return { received: now.received - before.received, sent: now.sent - before.sent };
  }
}
