import type { FastifyRequest } from 'fastify';

const ROUTES: ReadonlySet<string> = new Set([
  'POST /api/files/:bucket',
  'PUT /api/files/:bucket',
  'POST /api/files/:bucket/tus',
  'PATCH /api/files/:bucket/tus/:id',
  'POST /api/files/:bucket/tus/:id',
]);

/** Whether the request brings a file's bytes. */
export function isUpload(request: FastifyRequest): boolean {
  return request.method !== 'GET' && ROUTES.has(`${request.method} ${request.routeOptions.url ?? ''}`);
}
