import { resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../../config/config.ts';

/** Where `npm run build` leaves the bundle, seen from src/ as well as from dist/. */
const BUNDLE = resolve(import.meta.dirname, '../../../dist/admin-ui');

/**
 * Everything from here, nothing inline, no frames around it. Pictures and texts that the page fetched with its token
 * are shown as blobs; what needs ranges (video, audio, PDF) comes from signed URLs of this origin.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "trusted-types 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** What Vite names a file: no slash, however it is written, and no dot in front. */
const ASSET_NAME = /^[\w-][\w.-]*$/;

/**
 * The admin UI: files built by Vite, and no more than that; it speaks the public API like any other client.
 *
 * Why its tokens are safe although files that anybody uploaded come from the same origin:
 * - The access token lives in the page's memory. The refresh token is a cookie that no script reads (HttpOnly), that
 *   no other site sends along (SameSite=Strict) and that goes to /api/auth alone, together with a header of its own.
 * - A file that a browser would run is served in a sandbox, which is an origin of its own, or as plain text; it can be
 *   neither a script, a worker nor a service worker of this origin (`reading/view-safety.ts`).
 * - This page runs scripts of its own bundle only, makes no HTML from strings (Trusted Types), and cannot be framed.
 */
export async function registerAdminUi(app: FastifyInstance, adminUi: Config['adminUi']): Promise<void> {
  if (!adminUi.enabled) return;
  await app.register(fastifyStatic, { root: BUNDLE, serve: false });

  app.get(adminUi.path, (request, reply) => {
    const [path = ''] = request.url.split('?', 1);
    // The page's addresses are relative to its folder.
    if (!path.endsWith('/')) return reply.redirect(`${adminUi.path}/`, 308);
    return reply
      .headers(HEADERS)
      .header('cache-control', 'no-cache')
      .sendFile('index.html', { cacheControl: false });
  });

  app.get<{ Params: { name: string } }>(`${adminUi.path}/assets/:name`, (request, reply) => {
    const { name } = request.params;
    if (!ASSET_NAME.test(name)) {
      reply.callNotFound();
      return reply;
    }
    // Their names hold a hash of what is in them.
    return reply.headers(HEADERS).sendFile(`assets/${name}`, { maxAge: '365d', immutable: true });
  });
}
