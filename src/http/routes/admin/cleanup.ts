import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Cleanup } from '../../../files/cleanup.ts';

/** By chore, as in the log: how much each removed. */
export const cleanupResultShape = z.strictObject({ removed: z.record(z.string(), z.int()) });

/** `POST /api/admin/cleanup` runs the hourly cleanup now, or waits for the run that is under way. */
export function registerAdminCleanup(app: FastifyInstance, cleanup: Cleanup): void {
  app.post('/api/admin/cleanup', async () => ({ removed: await cleanup.run() }));
}
