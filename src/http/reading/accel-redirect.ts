import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config/config.ts';
import type { StoredFile } from '../../files/stored-file.ts';

/** Conditions that nginx would judge once more, by validators of its own. */
const OWN_CONDITIONS = ['if-match', 'if-unmodified-since', 'if-range'];

/**
 * What `X-Accel-Redirect` says to an nginx in front that is to send the file's bytes in our place; null when we send
 * them. Only what a trusted proxy hands on is answered so: to anybody else it would tell where bytes lie, and no bytes.
 */
export function accelPath(
  { backends, verifyOnRead }: Config['storage'],
  file: StoredFile,
  { method, headers, ips = [] }: FastifyRequest,
): string | null {
  const backend = backends[file.backend];
  if (backend?.type !== 'filesystem' || backend.accelRedirect === null) return null;
  const cameByProxy = ips.length > 1;
  const asItLies = file.codec === null && !verifyOnRead;
  if (method !== 'GET' || !cameByProxy || !asItLies) return null;
  if (OWN_CONDITIONS.some((name) => headers[name] !== undefined)) return null;
  return `${backend.accelRedirect}/${file.bucket}/${file.objectKey}`;
}
