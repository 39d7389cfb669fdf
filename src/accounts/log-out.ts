import type { AccountsContext } from './accounts-context.ts';

/** Ends the session that a refresh token belongs to, whichever of its tokens it is. Throws INVALID_TOKEN or TOKEN_EXPIRED. */
export async function logOut({ tokens, sessions }: AccountsContext, refreshToken: string): Promise<void> {
  await sessions.end(tokens.verifyRefresh(refreshToken).sessionId);
}
