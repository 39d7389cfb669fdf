import type { FastifyInstance } from 'fastify';
import type { Backends } from '../../storage/backends.ts';
import { checkHealth } from '../../operations/health-check.ts';

export interface HealthDeps {
  /** The backends that a bucket uses. */
  readonly backendsInUse: readonly string[];
  readonly backends: Backends;
  /** Rejects when the database cannot answer. */
  readonly pingDatabase: () => Promise<void>;
}

/** `/health/live`: the process answers. `/health/ready`: so do the database and every backend in use. */
export function registerHealth(app: FastifyInstance, deps: HealthDeps): void {
  app.get('/health/live', async () => ({ status: 'ok' }));

  app.get('/health/ready', async (_request, reply) => {
    const checks = [
      checkHealth('database', deps.pingDatabase),
      ...deps.backendsInUse.map((name) =>
        checkHealth(`backend ${name}`, () => deps.backends.get(name).ping()),
      ),
    ];
    const results = await Promise.all(checks);
    const ready = results.every(({ status }) => status === 'ok');
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable', checks: results });
  });
}
