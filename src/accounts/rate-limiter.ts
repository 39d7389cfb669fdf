import type { RateLimit } from '../config/config.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';

/** An attempt that was let through. */
export interface Attempt {
  /** It was a rightful one, and does not count. */
  forgive(): void;
}

/** So many keys are remembered; beyond that the one that was used the longest ago is forgotten. */
const MAX_KEYS = 50_000;

/** A sliding window: so many attempts per key in any `window` milliseconds. */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #clock: Clock;
  /** The times of the attempts in the window, oldest first; keys in the order of their latest attempt. */
  readonly #attempts = new Map<string, readonly number[]>();

  constructor(limit: RateLimit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Counts an attempt under every key. Throws RATE_LIMITED when one of them has had its share; then none counts. */
  attempt(keys: readonly string[]): Attempt {
    const now = this.#clock();
    const oldest = Math.max(...keys.map((key) => this.#fullSince(key, now) ?? -Infinity));
    if (oldest !== -Infinity) {
      const seconds = Math.max(1, Math.ceil((oldest + this.#limit.window - now) / 1000));
      throw new AppError('RATE_LIMITED', `Too many attempts; try again in ${seconds} s.`, {
        retry_after: seconds,
      });
    }
    for (const key of keys) this.#remember(key, [...this.#recent(key, now), now]);
    return { forgive: () => keys.forEach((key) => this.#forget(key, now)) };
  }

  /** When the oldest attempt was made that must leave the window first; null while there is room. */
  #fullSince(key: string, now: number): number | null {
    const recent = this.#recent(key, now);
    return recent.length < this.#limit.max ? null : (recent[recent.length - this.#limit.max] ?? null);
  }

  #recent(key: string, now: number): readonly number[] {
    return (this.#attempts.get(key) ?? []).filter((time) => time > now - this.#limit.window);
  }

  #remember(key: string, times: readonly number[]): void {
    this.#attempts.delete(key);
    this.#attempts.set(key, times);
    const [first] = this.#attempts.keys();
    if (this.#attempts.size > MAX_KEYS && first !== undefined) this.#attempts.delete(first);
  }

  #forget(key: string, time: number): void {
    const times = [...(this.#attempts.get(key) ?? [])];
    const index = times.indexOf(time);
    if (index !== -1) times.splice(index, 1);
    if (times.length === 0) this.#attempts.delete(key);
    else this.#attempts.set(key, times);
  }
}
