import { Lanes, type Ask } from '../client/lanes.ts';
import type { Server } from '../server.ts';
import type { Measured } from '../workload.ts';

const GIB = 2 ** 30;
/** Enough for V8 to compile what is hot, on both sides. */
const WARM_UP_SHARE = 0.1;

export function label(size: number): string {
  return size % GIB === 0 ? `${size / GIB} GiB` : `${size / 2 ** 20} MiB`;
}

/** Opens so many connections and warms them up; the measured part asks `count` times over them. */
export async function withLanes(
  { origin }: Server,
  width: number,
  count: number,
  next: (n: number) => Ask,
): Promise<Measured> {
  const lanes = await Lanes.open(origin, width);
  await lanes.ask(Math.ceil(count * WARM_UP_SHARE), next);
  return async () => {
    try {
      return await lanes.ask(count, next);
    } finally {
      lanes.close();
    }
  };
}
