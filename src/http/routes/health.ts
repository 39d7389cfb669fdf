import type { FastifyInstance } from 'fastify';
import type { Backends } from '../../storage/backends.ts';
import { AppError } from '../../lib/errors.ts';

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
      check('database', deps.pingDatabase),
      ...deps.backendsInUse.map((name) => check(`backend ${name}`, () => deps.backends.get(name).ping())),
    ];
    const results = await Promise.all(checks);
    const ready = results.every(({ status }) => status === 'ok');
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'unavailable', checks: results });
  });
}

interface CheckResult {
  readonly name: string;
  readonly status: 'ok' | 'unavailable';
  readonly error?: string;
}

async function check(name: string, ping: () => Promise<void>): Promise<CheckResult> {
  try {
    await ping();
    return { name, status: 'ok' };
  } catch (error) {
    // An AppError's message is made for people; any other text could tell internals to whoever asks.
    const reason = error instanceof AppError ? error.message : 'does not answer';
    return { name, status: 'unavailable', error: reason };
  }
}
