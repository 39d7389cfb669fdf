import { setTimeout as pause } from 'node:timers/promises';
import type { ObjectReaper } from '../files/object-reaper.ts';
import type { ObjectPlace } from '../files/pending-objects-repository.ts';
import type { Clock } from '../lib/clock.ts';

const LOOK_EVERY_MS = 250;

interface OldCopy {
  readonly place: ObjectPlace;
  readonly deleteAt: number;
}

/**
 * The bytes that moved files had before. They go once it is time; the orders to delete them are in the database,
 * so what is not deleted here the server's cleanup deletes.
 */
export class OldCopies {
  readonly #reaper: ObjectReaper;
  readonly #clock: Clock;
  /** Those that must wait, the first to go first. */
  readonly #waiting: OldCopy[] = [];

  constructor(reaper: ObjectReaper, clock: Clock) {
    this.#reaper = reaper;
    this.#clock = clock;
  }

  /** Deletes the old bytes at once where it is time, else later on. */
  async retire(place: ObjectPlace, deleteAt: number): Promise<void> {
    if (deleteAt <= this.#clock()) await this.#reaper.reap(place);
    else this.#waiting.push({ place, deleteAt });
    await this.#deleteDue();
  }

  /** Waits until all are deleted, or rejects when `signal` aborts. */
  async deleteAll(signal?: AbortSignal): Promise<void> {
    await this.#deleteDue();
    while (this.#waiting.length > 0) {
      await pause(LOOK_EVERY_MS, undefined, { signal });
      await this.#deleteDue();
    }
  }

  async #deleteDue(): Promise<void> {
    const now = this.#clock();
    const firstToStay = this.#waiting.findIndex(({ deleteAt }) => deleteAt > now);
    const due = this.#waiting.splice(0, firstToStay === -1 ? this.#waiting.length : firstToStay);
    await this.#reaper.reapAll(due.map(({ place }) => place));
  }
}
