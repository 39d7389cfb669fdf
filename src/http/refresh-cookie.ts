import type { FastifyReply, FastifyRequest } from 'fastify';

const NAME = 'alyx_refresh';

/** What a page of this origin must send along to use the cookie; no form, and no page of another origin, can. */
export const SESSION_HEADER = 'x-alyx-session';

/** Where the cookie goes: nothing but /api/auth ever sees it. */
const SCOPE = 'Path=/api/auth; HttpOnly; SameSite=Strict';

/**
 * The refresh token in the request's cookie, for the admin UI, whose scripts never see it. Null unless the request
 * says with the header that it means it, and, where the browser says so, comes from a page of this very origin: a
 * file that is shown in a sandbox has none.
 */
export function readRefreshCookie(request: FastifyRequest): string | null {
  if (request.headers[SESSION_HEADER] !== 'cookie') return null;
  if ((request.headers['sec-fetch-site'] ?? 'same-origin') !== 'same-origin') return null;
  for (const pair of request.headers.cookie?.split(';') ?? []) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === NAME && value !== undefined && value !== '') return value;
  }
  return null;
}

/** `lifetime` in milliseconds. */
export function setRefreshCookie(
  reply: FastifyReply,
  token: string,
  lifetime: number,
  publicUrl: string | null,
): void {
  const secure = isSecure(reply.request, publicUrl) ? '; Secure' : '';
  reply.header('set-cookie', `${NAME}=${token}; Max-Age=${Math.floor(lifetime / 1000)}; ${SCOPE}${secure}`);
}

export function clearRefreshCookie(reply: FastifyReply): void {
  reply.header('set-cookie', `${NAME}=; Max-Age=0; ${SCOPE}`);
}

/** `protocol` is that of a trusted proxy, if there is one. */
function isSecure(request: FastifyRequest, publicUrl: string | null): boolean {
  return request.protocol === 'https' || (publicUrl?.startsWith('https:') ?? false);
}
