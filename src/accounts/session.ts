import { AppError } from '../lib/errors.ts';
import type { AccountsContext } from './accounts-context.ts';
import { toActor, type User } from './user.ts';
import type { Credentials } from './users-repository.ts';

/** A user who is logged in, and the tokens for it. */
export interface Session {
  readonly user: User;
  readonly accessToken: string;
  /** Epoch milliseconds at which the access token expires. */
  readonly expiresAt: number;
  readonly refreshToken: string;
}

/** Logs a user in whose password was just checked against `passwordHash`. */
export async function openSession(
  context: AccountsContext,
  { user, passwordHash }: Credentials,
): Promise<Session> {
  const createdAt = context.clock();
  const id = context.newId();
  const session = { id, userId: user.id, passwordHash, createdAt, expiresAt: sessionEnd(context, createdAt) };
  if (!(await context.sessions.create(session))) throw invalidCredentials();
  return issueTokens(context, user, id, 1);
}

/** The tokens of a session, whose refresh token is the Nth. */
export function issueTokens(
  { tokens, settings, clock }: AccountsContext,
  user: User,
  sessionId: string,
  generation: number,
): Session {
  const { accessTtl, refreshTtl } = settings.jwt;
  return {
    user,
    accessToken: tokens.sign(toActor(user), accessTtl, sessionId),
    expiresAt: clock() + accessTtl,
    refreshToken: tokens.signRefresh({ userId: user.id, sessionId, generation }, refreshTtl),
  };
}

/** How long the session's row is kept: access tokens may live longer than refresh tokens, and need it. */
export function sessionEnd({ settings }: AccountsContext, now: number): number {
  return now + Math.max(settings.jwt.accessTtl, settings.jwt.refreshTtl);
}

/** The same for an unknown address and a wrong password: who has an account here is nobody's business. */
export function invalidCredentials(): AppError {
  return new AppError('INVALID_CREDENTIALS', 'The e-mail address or the password is wrong.');
}
