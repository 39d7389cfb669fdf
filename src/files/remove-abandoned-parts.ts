import type { Clock } from '../lib/clock.ts';
import type { Backends } from '../storage/backends.ts';

/** A put that has not touched its temporary part for this long is dead: the idle timeout is far shorter. */
export const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

/** Removes from every backend what puts that died halfway left there; resolves to how many. */
export async function removeAbandonedParts(backends: Backends, clock: Clock): Promise<number> {
  const before = clock() - ABANDONED_AFTER_MS;
  const results = await Promise.allSettled(
    backends.names().map((name) => backends.get(name).removeAbandoned(before)),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason as Error;
  return results.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value : 0), 0);
}
