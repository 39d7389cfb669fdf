import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../lib/errors.ts';
import { jsonDepth } from './json-depth.ts';

/** Deep enough for any honest document; deeper ones exhaust the stack of whatever walks them. */
const MAX_DEPTH = 64;

/** JSON is the only body that ordinary routes take; upload routes add their own parsers in their own scope. */
export function registerJsonBody(app: FastifyInstance, maxSize: number): void {
  app.removeAllContentTypeParsers();
  // As bytes: Fastify would put U+FFFD in the place of what is not UTF-8.
  app.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer', bodyLimit: maxSize },
    (_request, body, done) => {
      try {
        done(null, parseJson(body));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

/** Parses a JSON text; throws INVALID_JSON. `__proto__` becomes an ordinary key nobody reads, never a prototype. */
function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) {
    throw new AppError('INVALID_JSON', 'The body is not UTF-8, the only encoding of JSON; encode it so.');
  }
  const text = bytes.toString();
  if (jsonDepth(text) > MAX_DEPTH) {
    throw new AppError('INVALID_JSON', `The JSON is nested deeper than ${MAX_DEPTH} levels.`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new AppError('INVALID_JSON', 'The body is not valid JSON.');
  }
}
