import type { Tokens } from '../auth/tokens.ts';
import type { Config } from '../config/config.ts';
import type { Clock } from '../lib/clock.ts';
import type { NewId } from '../lib/ids.ts';
import type { Passwords } from './passwords.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { SessionsRepository } from './sessions-repository.ts';
import type { SetupToken } from './setup-token.ts';
import type { UsersRepository } from './users-repository.ts';

export interface AccountsLog {
  info(context: object, message: string): void;
  warn(context: object, message: string): void;
}

/** What the account use cases work with; built once by app.ts. */
export interface AccountsContext {
  readonly settings: Config['auth'];
  readonly users: UsersRepository;
  readonly sessions: SessionsRepository;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  readonly limits: { readonly login: RateLimiter; readonly register: RateLimiter };
  /** Null when there was an admin already as the server started. */
  readonly setupToken: SetupToken | null;
  readonly log: AccountsLog;
  readonly clock: Clock;
  readonly newId: NewId;
}
