import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.ts';
import { TUS_HEADERS } from './routes/tus.ts';

/** What a page of another origin may read of an answer. */
const EXPOSED_HEADERS = [
  'ETag',
  'Location',
  'Content-Disposition',
  'Content-Range',
  'Accept-Ranges',
  'Repr-Digest',
  'Retry-After',
  'X-Request-ID',
  ...TUS_HEADERS,
].join(', ');

/** Lets pages of other origins in, as far as the configuration does. */
export async function registerCors(app: FastifyInstance, settings: Config['server']['cors']): Promise<void> {
  // The plugin would send these 290 bytes to everybody. Only a page of another origin has a use for them, and its browser
  // says that origin; caches are told to tell the two apart by the plugin's `Vary`.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.headers.origin !== undefined) reply.header('access-control-expose-headers', EXPOSED_HEADERS);
    done();
  });
  await app.register(cors, {
    origin: settings.origins.includes('*') ? true : [...settings.origins],
    credentials: settings.credentials,
    maxAge: Math.floor(settings.maxAge / 1000),
    strictPreflight: false, // a plain OPTIONS, as TUS clients send it, is no broken preflight
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
  });
}
