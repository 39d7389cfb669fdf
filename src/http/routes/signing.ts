import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { SIGNED_OPERATIONS, type SignedOperation } from '../../auth/signed-tokens.ts';
import type { FilesContext } from '../../files/files-context.ts';
import { signFile } from '../../files/sign-file.ts';
import { toTimestamp } from '../../lib/clock.ts';
import { parseDuration } from '../../lib/duration.ts';
import { AppError } from '../../lib/errors.ts';
import { readQuery } from '../input.ts';
import { signedPath } from '../signed-path.ts';
import { urlBase } from '../url-base.ts';

export const signShape = z.strictObject({ expiry: z.string().optional(), operation: z.string().optional() });

/** Links to one file that work for a while without credentials. */
export function registerSigning(app: FastifyInstance, files: FilesContext, publicUrl: string | null): void {
  app.get<{ Params: { bucket: string; id: string } }>(
    '/api/files/:bucket/:id/sign',
    async (request, reply) => {
      const query = readQuery(signShape, request.query);
      const operation = readOperation(query.operation);
      const { bucket, id } = request.params;
      const signed = await signFile(files, request.caller, bucket, id, operation, readExpiry(query.expiry));
      return reply.header('cache-control', 'no-store').send({
        url: `${urlBase(request, publicUrl)}${signedPath({ bucket, id }, operation, signed.token)}`,
        token: signed.token,
        expires_at: toTimestamp(signed.expiresAt),
      });
    },
  );
}

function readOperation(text = 'download'): SignedOperation {
  const operation = SIGNED_OPERATIONS.find((known) => known === text);
  if (operation !== undefined) return operation;
  throw new AppError('INVALID_OPERATION', `operation must be ${SIGNED_OPERATIONS.join(' or ')}.`, {
    operation: text,
  });
}

function readExpiry(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const expiry = parseDuration(text);
  if (expiry !== null) return expiry;
  throw new AppError('INVALID_EXPIRY', 'expiry must be a time such as 90s, 15m, 24h or 7d.', {
    expiry: text,
  });
}
