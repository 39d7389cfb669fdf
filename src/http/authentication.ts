import type { FastifyInstance } from 'fastify';
import { identify } from '../accounts/identify.ts';
import type { AccountsContext } from '../accounts/accounts-context.ts';
import { ANONYMOUS, type Actor } from '../auth/actor.ts';
import type { Caller } from '../auth/caller.ts';
import type { AccessGrant } from '../auth/tokens.ts';
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
  app.addHook('onRequest', (request, _reply, done) => {
    const know = (actor: Actor, sessionId: string | null): void => {
      request.sessionId = sessionId;
      request.caller = { actor, method: request.method, ip: request.ip, time: accounts.clock() };
      done();
    };
    const { authorization } = request.headers;
    if (authorization === undefined) {
      know(ANONYMOUS, null);
      return;
    }
    whoAsks(authorization, accounts).then(({ actor, sessionId }) => know(actor, sessionId), done);
  });
}

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i;

async function whoAsks(authorization: string, accounts: AccountsContext): Promise<AccessGrant> {
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) {
    throw new AppError('INVALID_TOKEN', 'The Authorization header must be "Bearer" and an access token.');
  }
  return identify(accounts, token);
}
