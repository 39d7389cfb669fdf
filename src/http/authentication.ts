import type { FastifyInstance, FastifyRequest } from 'fastify';
import { identify } from '../accounts/identify.ts';
import type { AccountsContext } from '../accounts/accounts-context.ts';
import { ANONYMOUS, type Actor } from '../auth/actor.ts';
import type { Caller } from '../auth/caller.ts';
import { AppError } from '../lib/errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication hook before any route runs. */
    caller: Caller;
    /** The session that the access token was given out in, if it was given out here. */
    sessionId: string | null;
  }
}

/** Finds out who asks, for every route: a bearer token, or nobody. A token that is not valid is 401, never anonymous. */
export function registerAuthentication(app: FastifyInstance, accounts: AccountsContext): void {
  app.decorateRequest('caller');
  app.decorateRequest('sessionId', null);
  app.addHook('onRequest', async (request) => {
    const { actor, sessionId } = await whoAsks(request, accounts);
    request.sessionId = sessionId;
    request.caller = { actor, method: request.method, ip: request.ip, time: accounts.clock() };
  });
}

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i;

async function whoAsks(
  request: FastifyRequest,
  accounts: AccountsContext,
): Promise<{ readonly actor: Actor; readonly sessionId: string | null }> {
  const header = request.headers.authorization;
  if (header === undefined) return { actor: ANONYMOUS, sessionId: null };
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) {
    throw new AppError('INVALID_TOKEN', 'The Authorization header must be "Bearer" and an access token.');
  }
  return identify(accounts, token);
}
