import { createTokens } from '../auth/tokens.ts';
import type { Config } from '../config/config.ts';
import type { Database } from '../db/database.ts';
import type { Clock } from '../lib/clock.ts';
import { newUuid } from '../lib/ids.ts';
import type { AccountsContext, AccountsLog } from './accounts-context.ts';
import { Passwords, type PasswordCost } from './passwords.ts';
import { RateLimiter } from './rate-limiter.ts';
import { SessionsRepository } from './sessions-repository.ts';
import { SetupToken } from './setup-token.ts';
import { UsersRepository } from './users-repository.ts';

export interface AccountsOptions {
  readonly settings: Config['auth'];
  readonly database: Database;
  readonly log: AccountsLog;
  readonly clock: Clock;
  readonly passwordCost: PasswordCost | undefined;
}

export interface OpenAccounts {
  readonly accounts: AccountsContext;
  /** The text of the set-up token, for the banner; null when there is an admin. */
  readonly setupToken: string | null;
}

export async function openAccounts(options: AccountsOptions): Promise<OpenAccounts> {
  const { settings, database, log, clock, passwordCost } = options;
  const users = new UsersRepository(database);
  const setup = (await users.hasAdmin()) ? null : SetupToken.make();
  const { login, register } = settings.rateLimit;
  const accounts: AccountsContext = {
    settings,
    users,
    sessions: new SessionsRepository(database),
    passwords: new Passwords(settings.password.minLength, passwordCost),
    tokens: createTokens(settings.jwt),
    limits: { login: new RateLimiter(login, clock), register: new RateLimiter(register, clock) },
    setupToken: setup?.token ?? null,
    log,
    clock,
    newId: newUuid,
  };
  return { accounts, setupToken: setup?.text ?? null };
}
