import type { FastifyInstance } from 'fastify';
import { afterRequest } from '../after-request.ts';
import { isUpload } from '../uploading/is-upload.ts';
import type { Metrics } from './metrics.ts';
import { Traffic } from './traffic.ts';

/** Counts every request, and answers `/metrics` in Prometheus' text form. */
export function registerMetrics(app: FastifyInstance, metrics: Metrics): void {
  metrics.reportTraffic(new Traffic(app.server));
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
  });
  app.get('/metrics', async (_request, reply) =>
    reply.header('content-type', metrics.contentType).send(await metrics.text()),
  );
}
