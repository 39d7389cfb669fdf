import type { Config } from '../config/config.ts';
import type { ObjectReaper } from './object-reaper.ts';
import type { PendingObjectsRepository } from './pending-objects-repository.ts';

/**
 * A PUT that S3 has in its hands, or a proxy on the way, may be carried out after the process that sent it has died.
 * A deletion that comes before it deletes nothing.
 */
const LATE_MS = 60 * 60 * 1000;

export interface DeadWrites {
  readonly pending: PendingObjectsRepository;
  readonly reaper: ObjectReaper;
  readonly storage: Config['storage'];
  /** The role of the dead. */
  readonly owner: string;
  readonly now: number;
}

/**
 * Orders everything that dead processes of this role left unfinished to be deleted: by the next sweep, and on S3 once
 * more when nothing can come late any more. Resolves to how many objects. Only for who knows, by the role's process
 * lock, that they are dead.
 */
export async function doomDeadWrites(dead: DeadWrites): Promise<number> {
  const { pending, reaper, storage, owner, now } = dead;
  const late = Object.keys(storage.backends).filter((name) => storage.backends[name]?.type === 's3');
  const doomed = await pending.doomLeftovers(owner, { late, until: now + LATE_MS });
  reaper.sweepEarly(doomed.filter(({ backend }) => late.includes(backend)));
  return doomed.length;
}
