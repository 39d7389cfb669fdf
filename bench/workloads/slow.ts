import { setTimeout as pause } from 'node:timers/promises';
import type { Body } from '../client/bodies.ts';
import { store } from '../stock.ts';
import { once, type Workload } from '../workload.ts';

const CLIENTS = 50;
const PIECES = 20;
const PIECE = Buffer.alloc(32 * 1024, 'slow ');
const PAUSE_MS = 100;

/** A phone on a train: a little, a pause, a little. */
const trickle: Body = {
  size: PIECES * PIECE.length,
  async write(request) {
    for (let n = 0; n < PIECES; n += 1) {
      request.write(PIECE);
      await pause(PAUSE_MS);
    }
  },
};

/** What fifty slow clients cost: the peak of memory is what to look at. */
export const slowUploads: Workload = {
  name: '50 slow uploads in flight',
  measure: 'memory',
  bytes: CLIENTS * trickle.size,
  async prepare({ server }) {
    return once(() => Promise.all(Array.from({ length: CLIENTS }, () => store(server, trickle))));
  },
};
