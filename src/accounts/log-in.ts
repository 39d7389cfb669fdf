import type { AccountsContext } from './accounts-context.ts';
import { clientNetwork } from './client-network.ts';
import { normalizeEmail } from './email.ts';
import type { Login } from './new-user.ts';
import { invalidCredentials, openSession, type Session } from './session.ts';

/**
 * Logs a user in. `address` is where the request comes from: attempts are limited per client and per account, whether
 * the account exists or not; a right password does not count. Throws INVALID_CREDENTIALS.
 */
export async function logIn(context: AccountsContext, login: Login, address: string): Promise<Session> {
  const email = normalizeEmail(login.email);
  const attempt = context.limits.login.attempt([`client ${clientNetwork(address)}`, `account ${email}`]);
  const found = await context.users.findCredentials(email);
  const matches = await context.passwords
    .matches(login.password, found?.passwordHash ?? null)
    .catch((error: unknown) => {
      attempt.forgive(); // Nobody looked at the password: in a flood there is no turn for everybody.
      throw error;
    });
  if (found === null || !matches) throw invalidCredentials();
  attempt.forgive();
  return openSession(context, found);
}
