import { invalidToken, type AccessGrant } from '../auth/tokens.ts';
import type { AccountsContext } from './accounts-context.ts';
import { toActor } from './user.ts';

/**
 * Who an access token stands for. One that was given out here is held against its session at each request (some 10 µs),
 * so that a logout, a deletion or a lost role counts at once, and rules see the user as they are now, metadata too. One
 * that was minted elsewhere with the same secret says itself who it stands for. Throws INVALID_TOKEN or TOKEN_EXPIRED.
 */
export async function identify({ tokens, sessions }: AccountsContext, token: string): Promise<AccessGrant> {
  const grant = tokens.verify(token);
  if (grant.sessionId === null) return grant;
  const user = await sessions.findUser(grant.sessionId);
  if (user === null || user.id !== grant.actor.id) throw invalidToken();
  return { actor: toActor(user), sessionId: grant.sessionId };
}
