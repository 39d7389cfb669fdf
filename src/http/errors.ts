import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toAppError } from '../db/sqlite-error.ts';
import { AppError, type ErrorCode } from '../lib/errors.ts';
import { JSON_TYPE } from './json-type.ts';
import { logRequest, setCommonHeaders } from './request-log.ts';
import { statusOf } from './status.ts';

/** Seconds after which a client may try again when a backend or the database cannot serve. */
const RETRY_AFTER = 5;

/** Gives every error of every route the one envelope of CONTRACT section 4. */
export function registerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | AppError, request, reply) => {
    const known = toAppError(error);
    const shown = known instanceof AppError ? known : fromFastify(error);
    const status = statusOf(shown);
    // The body's own error: the client broke off, so that nobody is there to be answered, and nothing is wrong here.
    const clientIsGone = error === request.raw.errored;
    if (status >= 500 && !clientIsGone) request.log.error({ err: error }, shown.message);
    return sendError(request, reply, shown);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    return sendError(
      request,
      reply,
      new AppError('NOT_FOUND', `There is no ${request.method} ${path} here.`),
    );
  });
}

/** For addresses that the router refuses before any hook runs; it would answer in its own format. */
export function answerUnroutable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  setCommonHeaders(request, reply);
  reply.raw.once('close', () => logRequest(request, reply));
  void sendError(request, reply, fromFastify(error));
}

/** Headers that a route may have set for the answer it meant to give. */
const ENTITY_HEADERS = [
  'accept-ranges',
  'content-disposition',
  'content-encoding',
  'content-length',
  'content-security-policy',
  'etag',
  'last-modified',
  'repr-digest',
];

function sendError(request: FastifyRequest, reply: FastifyReply, error: AppError): FastifyReply {
  for (const name of ENTITY_HEADERS) reply.removeHeader(name);
  const wait = retryAfter(error);
  if (wait !== null) reply.header('retry-after', wait);
  const status = statusOf(error);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply
    .code(status)
    .header('content-type', JSON_TYPE)
    .header('cache-control', 'no-store')
    .send({
      error: error.forClients,
      code: error.code,
      ...(error.details === undefined ? {} : { details: error.details }),
      request_id: request.id,
    });
}

/** Seconds until the same request may succeed; null when only another one can. */
function retryAfter({ code, details }: AppError): number | null {
  if (code === 'BACKEND_UNAVAILABLE') return RETRY_AFTER;
  if (code !== 'RATE_LIMITED') return null;
  const wait = details !== undefined && 'retry_after' in details ? details.retry_after : undefined;
  return typeof wait === 'number' ? wait : RETRY_AFTER;
}

const FASTIFY_CODES: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', 'The JSON body is larger than server.max_json_size allows.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['INVALID_JSON', 'The body is empty; a JSON object is expected.'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['INVALID_JSON', 'The body is not valid JSON.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['INVALID_JSON', 'The body is not as long as its Content-Length says.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'UNSUPPORTED_MEDIA_TYPE',
    'This route does not take that Content-Type; JSON is application/json.',
  ],
  FST_ERR_CTP_INVALID_TYPE: [
    'UNSUPPORTED_MEDIA_TYPE',
    'This route does not take that Content-Type; JSON is application/json.',
  ],
  FST_ERR_BAD_URL: ['NOT_FOUND', 'The address is not a valid URL path.'],
  FST_ERR_MAX_PARAM_LENGTH: ['NOT_FOUND', 'The address is too long.'],
};

/** Whatever is not known to be the client's mistake is an internal error, and its text stays inside. */
function fromFastify(error: FastifyError): AppError {
  const known = FASTIFY_CODES[error.code];
  if (known !== undefined) return new AppError(known[0], known[1]);
  return new AppError(
    'INTERNAL_ERROR',
    'Something went wrong on our side; the log has it under this request_id.',
  );
}
