import type { FastifyRequest } from 'fastify';
import { meantMethod } from '../tus-headers.ts';

const ROUTES: ReadonlySet<string> = new Set(['POST /api/files/:bucket', 'PUT /api/files/:bucket']);
/** By the method that is meant, which any other can carry. */
const TUS_ROUTES: ReadonlySet<string> = new Set([
  'POST /api/files/:bucket/tus',
  'PATCH /api/files/:bucket/tus/:id',
]);

/** Whether the request brings a file's bytes. */
export function isUpload(request: FastifyRequest): boolean {
  const { method, routeOptions } = request;
  const meant = meantMethod(request);
  if (method === 'GET' && meant === 'GET') return false;
  const { url = '' } = routeOptions;
  return ROUTES.has(`${method} ${url}`) || TUS_ROUTES.has(`${meant} ${url}`);
}
