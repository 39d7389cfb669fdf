import { Lanes, type Ask } from '../client/lanes.ts';
import type { Server } from '../server.ts';
import type { Measured } from '../workload.ts';

const GIB = 2 ** 30;
/** Enough to open files and fill caches, and for V8 to compile the first time. */
const WARM_UP_SHARE = 0.1;

export function label(size: number): string {
  return size % GIB === 0 ? `${size / GIB} GiB` : `${size / 2 ** 20} MiB`;
}

/**
 * Opens so many connections and warms them up, by a share of the requests; the measured part asks `count` times over
 * them.
 */
export async function withLanes(
  { origin }: Server,
  width: number,
  count: number,
  next: (n: number) => Ask,
  warmUpShare = WARM_UP_SHARE,
): Promise<Measured> {
  const lanes = await Lanes.open(origin, width);
  await lanes.ask(Math.ceil(count * warmUpShare), next);
  return async () => {
    try {
      return await lanes.ask(count, next);
    } finally {
      lanes.close();
    }
  };
}
