import type { FastifyInstance } from 'fastify';
import type { Backends } from '../../storage/backends.ts';
import { checkHealth, type HealthCheck } from '../../operations/health-check.ts';

export interface HealthDeps {
  /** The backends that a bucket uses. */
  readonly backendsInUse: readonly string[];
  readonly backends: Backends;
  /** Rejects when the database cannot answer. */
  readonly pingDatabase: () => Promise<void>;
}

/**
 * `/health/live`: the process answers. `/health/ready`: so do the database and every backend in use, each asked once for
 * all who want to know at once: anybody may.
 */
export function registerHealth(app: FastifyInstance, deps: HealthDeps): void {
  let underWay: Promise<HealthCheck[]> | null = null;
  const check = () => (underWay ??= checkAll(deps).finally(() => (underWay = null)));
  app.get('/health/live', async () => ({ status: 'ok' }));

  app.get('/health/ready', async (_request, reply) => {
    const checks = await check();
    const ready = checks.every(({ status }) => status === 'ok');
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable', checks });
  });
}

function checkAll({ backendsInUse, backends, pingDatabase }: HealthDeps): Promise<HealthCheck[]> {
  return Promise.all([
    checkHealth('database', pingDatabase),
    ...backendsInUse.map((name) => checkHealth(`backend ${name}`, () => backends.get(name).ping())),
  ]);
}
