import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../lib/errors.ts';
import { jsonDepth } from './json-depth.ts';

/** Deep enough for any honest document; deeper ones exhaust the stack of whatever walks them. */
const MAX_DEPTH = 64;

/** JSON is the only body that ordinary routes take; upload routes add their own parsers in their own scope. */
export function registerJsonBody(app: FastifyInstance, maxSize: number): void {
  app.removeAllContentTypeParsers();
  const parse = (_request: FastifyRequest, body: string | Buffer): unknown => parseJson(String(body));
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: maxSize },
    (request, body, done) => {
      try {
        done(null, parse(request, body));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

/** Parses JSON text; throws INVALID_JSON. `__proto__` becomes an ordinary key nobody reads, never a prototype. */
export function parseJson(text: string): unknown {
  if (jsonDepth(text) > MAX_DEPTH) {
    throw new AppError('INVALID_JSON', `The JSON is nested deeper than ${MAX_DEPTH} levels.`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new AppError('INVALID_JSON', 'The body is not valid JSON.');
  }
}
