import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ANONYMOUS, type Actor } from '../auth/actor.ts';
import type { Caller } from '../auth/caller.ts';
import type { Tokens } from '../auth/tokens.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication hook before any route runs. */
    caller: Caller;
  }
}

/** Finds out who asks, for every route: a bearer token, or nobody. A token that is not valid is 401, never anonymous. */
export function registerAuthentication(app: FastifyInstance, tokens: Tokens, clock: Clock): void {
  app.decorateRequest('caller');
  app.addHook('onRequest', async (request) => {
    request.caller = {
      actor: actorOf(request, tokens),
      method: request.method,
      ip: request.ip,
      time: clock(),
    };
  });
}

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i;

function actorOf(request: FastifyRequest, tokens: Tokens): Actor {
  const header = request.headers.authorization;
  if (header === undefined) return ANONYMOUS;
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) {
    throw new AppError('INVALID_TOKEN', 'The Authorization header must be "Bearer" and an access token.');
  }
  return tokens.verify(token);
}
