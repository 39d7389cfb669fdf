import { AppError } from '../lib/errors.ts';
import type { AccountsContext } from './accounts-context.ts';
import { emailProblem, normalizeEmail } from './email.ts';
import { refuse } from './new-user.ts';
import type { User } from './user.ts';
import type { UserChanges } from './users-repository.ts';

export interface UserPatch extends Omit<UserChanges, 'passwordHash'> {
  readonly password?: string | undefined;
}

/**
 * Changes what an admin may change of a user. All of it counts at the user's next request; a new password logs them
 * out everywhere. Throws NOT_FOUND, VALIDATION_ERROR, USER_EXISTS, and FORBIDDEN when it would leave no admin.
 */
export async function changeUser(context: AccountsContext, id: string, patch: UserPatch): Promise<User> {
  const { password, email: written, ...changes } = patch;
  const email = written === undefined ? undefined : normalizeEmail(written);
  refuse([
    email === undefined ? null : emailProblem(email),
    password === undefined ? null : context.passwords.problem(password),
  ]);
  const passwordHash = password === undefined ? undefined : await context.passwords.hash(password);
  const user = await context.users.update(id, { ...changes, email, passwordHash }, context.clock());
  if (user === null) throw userNotFound(id);
  return user;
}

export function userNotFound(id: string): AppError {
  return new AppError('NOT_FOUND', 'There is no such user.', { id });
}
