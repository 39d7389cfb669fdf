import { AppError } from '../lib/errors.ts';
import type { AccountsContext } from './accounts-context.ts';
import { newUser, type Login } from './new-user.ts';
import { openSession, type Session } from './session.ts';

/** Makes the first admin, for whoever holds the one-time link, and logs them in. */
export async function setUp(context: AccountsContext, token: string, login: Login): Promise<Session> {
  if (context.setupToken?.matches(token) !== true || (await context.users.hasAdmin())) throw linkIsDead();
  const credentials = await newUser(context, login, { role: 'admin', verified: true });
  if (!(await context.users.createFirstAdmin(credentials))) throw linkIsDead();
  context.log.info({ user: credentials.user.id }, 'the first admin was created');
  return openSession(context, credentials);
}

function linkIsDead(): AppError {
  return new AppError(
    'INVALID_TOKEN',
    'This set-up link is not valid: it ends when the server restarts and once there is an admin.',
  );
}
