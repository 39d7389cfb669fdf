import { invalidToken } from '../auth/tokens.ts';
import type { AccountsContext } from './accounts-context.ts';
import { issueTokens, sessionEnd, type Session } from './session.ts';

/**
 * Trades a refresh token for fresh tokens; it is used up by that. Using it a second time ends the session: one of the
 * two who came with it is a thief, and nobody can tell which.
 */
export async function refresh(context: AccountsContext, refreshToken: string): Promise<Session> {
  const grant = context.tokens.verifyRefresh(refreshToken);
  const now = context.clock();
  const rotation = await context.sessions.rotate(grant, now, sessionEnd(context, now));
  if (rotation.outcome === 'rotated') {
    return issueTokens(context, rotation.user, grant.sessionId, rotation.generation);
  }
  if (rotation.outcome === 'reused') {
    const { userId, sessionId } = grant;
    context.log.warn({ user: userId, session: sessionId }, 'a refresh token was used twice: session ended');
  }
  throw invalidToken();
}
