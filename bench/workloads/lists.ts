import type { Stock } from '../stock.ts';
import type { Workload } from '../workload.ts';
import { withLanes } from './many.ts';

const seeded = new WeakSet<Stock>();

/** A page of 100 out of 100,000. */
export function list(place: 'first' | 'deep', requests: number): Workload {
  return {
    name: `list of 100 in 100,000, ${place} page`,
    measure: 'rate',
    async prepare(stock) {
      const { server } = stock;
      if (server.list === undefined || server.seed === undefined) return null;
      if (!seeded.has(stock)) await server.seed();
      seeded.add(stock);
      const call = await server.list(place);
      return withLanes(server, 32, requests, () => ({ call }));
    },
  };
}
