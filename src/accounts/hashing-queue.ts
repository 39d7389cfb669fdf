import { AppError } from '../lib/errors.ts';

/** Few of libuv's threads: file operations always find a thread, and hashes take 40 MiB at most. */
const AT_ONCE = 2;

/** Some two seconds of work. Whoever comes later would wait for an answer that no longer interests them. */
const WAITING = 100;

/** Runs few hashes at a time and lets few wait, so that a flood of logins costs neither memory nor the other requests. */
export class HashingQueue {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** Throws RATE_LIMITED when too many wait already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#takeTurn();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  async #takeTurn(): Promise<void> {
    if (this.#running < AT_ONCE) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= WAITING) {
      throw new AppError('RATE_LIMITED', 'Too many people are logging in just now; try again in a moment.', {
        retry_after: 2,
      });
    }
    // The turn is handed over by whoever finishes: `#running` stays as it is.
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
