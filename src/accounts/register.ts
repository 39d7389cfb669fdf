import { AppError } from '../lib/errors.ts';
import type { AccountsContext } from './accounts-context.ts';
import { clientNetwork } from './client-network.ts';
import { checkLogin, newUser, type Login } from './new-user.ts';
import { openSession, type Session } from './session.ts';
import { userExists } from './users-repository.ts';

/** Makes whoever asks a user, without any privilege, and logs them in. `address` is where the request comes from. */
export async function register(context: AccountsContext, login: Login, address: string): Promise<Session> {
  if (!context.settings.allowRegistration) {
    throw new AppError('REGISTRATION_CLOSED', 'Registration is closed here; ask an admin for an account.');
  }
  const email = checkLogin(context.passwords, login);
  context.limits.register.attempt([clientNetwork(address)]);
  if ((await context.users.findCredentials(email)) !== null) throw userExists();
  const credentials = await newUser(context, login);
  await context.users.create(credentials);
  return openSession(context, credentials);
}
