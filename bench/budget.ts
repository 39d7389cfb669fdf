/** Keeps a run within its time: what took long before is not begun when there is no time left for it again. */
export class Budget {
  readonly #limit: number;
  readonly #now: () => number;
  readonly #start: number;
  readonly #took = new Map<unknown, number>();

  constructor(minutes: number, now = () => performance.now()) {
    this.#limit = minutes * 60_000;
    this.#now = now;
    this.#start = now();
  }

  get minutes(): number {
    return this.#elapsed() / 60_000;
  }

  get isSpent(): boolean {
    return this.#elapsed() >= this.#limit;
  }

  /** Whether `piece` can end in time, going by how long it took last. */
  hasTimeFor(piece: unknown): boolean {
    return this.#elapsed() + (this.#took.get(piece) ?? 0) < this.#limit;
  }

  async spendOn(piece: unknown, work: () => Promise<void>): Promise<void> {
    const before = this.#elapsed();
    await work();
    this.#took.set(piece, this.#elapsed() - before);
  }

  /** What `work` comes to; null when the time is over before, whatever becomes of it then. */
  async within<T>(work: Promise<T>): Promise<T | null> {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), Math.max(0, this.#limit - this.#elapsed()));
    });
    try {
      return await Promise.race([work, over]);
    } finally {
      clearTimeout(timer);
    }
  }

  #elapsed(): number {
    return this.#now() - this.#start;
  }
}
