import { isAdmin } from '../auth/actor.ts';
import type { Caller } from '../auth/caller.ts';
import type { KnownActor } from '../auth/tokens.ts';
import { AppError } from '../lib/errors.ts';

/** Whoever is logged in; throws UNAUTHORIZED for an anonymous caller. */
export function requireUser({ actor }: Caller): KnownActor {
  if (actor.id === null) throw new AppError('UNAUTHORIZED', 'Log in first.');
  return { ...actor, id: actor.id };
}

/** Throws UNAUTHORIZED for an anonymous caller, and FORBIDDEN for one that is no admin. */
export function requireAdmin(caller: Caller): KnownActor {
  const actor = requireUser(caller);
  if (isAdmin(actor)) return actor;
  throw new AppError('FORBIDDEN', 'Only admins may do this.');
}
