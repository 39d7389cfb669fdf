import type { Clock } from '../lib/clock.ts';
import { AppError, type FieldProblem } from '../lib/errors.ts';
import type { NewId } from '../lib/ids.ts';
import { emailProblem, normalizeEmail } from './email.ts';
import type { Passwords } from './passwords.ts';
import type { User } from './user.ts';
import type { Credentials } from './users-repository.ts';

export interface Login {
  readonly email: string;
  readonly password: string;
}

export interface NewUserContext {
  readonly passwords: Passwords;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** The address as it is stored; throws VALIDATION_ERROR naming everything wrong with it and the password. */
export function checkLogin(passwords: Passwords, { email, password }: Login): string {
  const normal = normalizeEmail(email);
  refuse([emailProblem(normal), passwords.problem(password)]);
  return normal;
}

/** Throws VALIDATION_ERROR if one of these is a problem. */
export function refuse(found: readonly (FieldProblem | null)[]): void {
  const problems = found.filter((problem) => problem !== null);
  const [first] = problems;
  if (first === undefined) return;
  throw new AppError('VALIDATION_ERROR', `The ${first.field} ${first.message}.`, problems);
}

/** A user that is not stored yet, with the hash of their password. Throws VALIDATION_ERROR. */
export async function newUser(
  context: NewUserContext,
  login: Login,
  given: Partial<Pick<User, 'role' | 'verified' | 'metadata'>> = {},
): Promise<Credentials> {
  const email = checkLogin(context.passwords, login);
  const passwordHash = await context.passwords.hash(login.password);
  const now = context.clock();
  const { role = 'user', verified = false, metadata = {} } = given;
  return {
    user: { id: context.newId(), email, role, verified, metadata, createdAt: now, updatedAt: now },
    passwordHash,
  };
}
