import type { Config } from '../config/config.ts';
import type { PendingObjectsRepository } from './pending-objects-repository.ts';

/**
 * A PUT that S3 has in its hands, or a proxy on the way, may be carried out after the process that sent it has died.
 * A deletion that comes before it deletes nothing.
 */
const LATE_MS = 60 * 60 * 1000;

/**
 * Orders everything that dead processes of this role left unfinished to be deleted: by the next sweep, and on S3 once
 * more when nothing can come late any more; resolves to how many objects. Only for who knows, by the role's
 * process lock, that they are dead.
 */
export function doomDeadWrites(
  pending: PendingObjectsRepository,
  { backends }: Config['storage'],
  owner: string,
  now: number,
): Promise<number> {
  const late = Object.keys(backends).filter((name) => backends[name]?.type === 's3');
  return pending.doomLeftovers(owner, { late, until: now + LATE_MS });
}
