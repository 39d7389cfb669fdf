import type { FastifyInstance, FastifyRequest } from 'fastify';
import { clientNetwork } from '../../accounts/client-network.ts';
import { AppError } from '../../lib/errors.ts';
import { isUpload } from './is-upload.ts';

export interface UploadLimits {
  readonly maxUploads: number;
  readonly maxUploadsPerClient: number;
}

/** Seconds after which one of the client's uploads may well be done. */
const RETRY_AFTER = 1;

/**
 * Refuses, before a byte of it is read, an upload beyond what the server, or one client of it, may have under way.
 * Register it behind the authentication: a user counts as one client wherever they come from, anybody else by network.
 */
export function registerUploadLimits(
  app: FastifyInstance,
  { maxUploads, maxUploadsPerClient }: UploadLimits,
): void {
  const underWay = new Map<string, number>();
  let total = 0;
  app.addHook('onRequest', (request, reply, done) => {
    if (!isUpload(request)) {
      done();
      return;
    }
    const client = clientOf(request);
    const own = underWay.get(client) ?? 0;
    if (own >= maxUploadsPerClient) throw tooManyOfClient(own);
    if (total >= maxUploads) throw tooMany();
    total += 1;
    underWay.set(client, own + 1);
    reply.raw.once('close', () => {
      total -= 1;
      const left = (underWay.get(client) ?? 1) - 1;
      if (left === 0) underWay.delete(client);
      else underWay.set(client, left);
    });
    done();
  });
}

function clientOf({ caller }: FastifyRequest): string {
  return caller.actor.id ?? clientNetwork(caller.ip);
}

function tooManyOfClient(own: number): AppError {
  return new AppError('RATE_LIMITED', `You have ${own} uploads under way; wait until one of them is done.`, {
    retry_after: RETRY_AFTER,
  });
}

function tooMany(): AppError {
  return new AppError(
    'BACKEND_UNAVAILABLE',
    'The server has as many uploads under way as it takes; try again.',
  );
}
