import type { FastifyInstance } from 'fastify';
import { AppError } from '../lib/errors.ts';

/**
 * Refuses query strings that are no UTF-8 under their percent signs, which Fastify would take literally: `%FF` for a
 * percent sign and two letters. The router has decoded the path, and refused it where that is not possible.
 */
export function registerQueryEncoding(app: FastifyInstance): void {
  app.addHook('onRequest', ({ url }, _reply, done) => {
    if (!url.includes('%') || isDecodable(url)) done();
    else done(refusal(url));
  });
}

function refusal(url: string): AppError {
  const parameter = url.split(/[?&]/).find((part) => !isDecodable(part)) ?? '';
  return new AppError(
    'INVALID_QUERY',
    'The query is not valid: it must be percent-encoded UTF-8, as encodeURIComponent makes it.',
    { parameter: parameter.slice(0, 64) },
  );
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
