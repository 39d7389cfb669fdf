import type { FastifyRequest } from 'fastify';

const HOST = /^[A-Za-z0-9.-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/;

/**
 * What goes in front of a path to make it a URL: `server.public_url`, or the origin that a trusted proxy names, or
 * nothing. Never the Host header: whoever sends the request writes that.
 */
export function urlBase(request: FastifyRequest, publicUrl: string | null): string {
  if (publicUrl !== null) return publicUrl;
  // Fastify prefers X-Forwarded-Host to Host only when it came from a proxy that server.trust_proxy names.
  const forwarded =
    request.headers['x-forwarded-host'] !== undefined && request.host !== request.headers.host;
  return forwarded && HOST.test(request.host) ? `${request.protocol}://${request.host}` : '';
}
