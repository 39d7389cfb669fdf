import type { Actor } from './actor.ts';

/** One request as the rules see it: who asks, how, from where, when. */
export interface Caller {
  readonly actor: Actor;
  readonly method: string;
  readonly ip: string;
  /** Epoch milliseconds. */
  readonly time: number;
}
