import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { identify } from '../accounts/identify.ts';
import type { AccountsContext } from '../accounts/accounts-context.ts';
import { ANONYMOUS, type Actor } from '../auth/actor.ts';
import type { Caller } from '../auth/caller.ts';
import type { AccessGrant } from '../auth/tokens.ts';
import { LastTokens } from './last-tokens.ts';

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
  const tokens = new LastTokens();
  const whoAsks = async (authorization: string, socket: Socket): Promise<AccessGrant> =>
    identify(accounts, tokens.read(authorization, socket));
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
    whoAsks(authorization, request.raw.socket).then(({ actor, sessionId }) => know(actor, sessionId), done);
  });
}
