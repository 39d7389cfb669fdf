/**
 * Work that many wait for at once. Whoever comes while a run is under way shares the next one: the one under way may
 * have begun before what the newcomer did.
 */
export class SharedRun {
  readonly #work: () => Promise<void>;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** Resolves once a run that began after this call has ended; rejects if that one failed. */
  run(): Promise<void> {
    if (this.#next !== null) return this.#next;
    return this.#running === null ? this.#start() : this.#startAfter(this.#running);
  }

  #start(): Promise<void> {
    this.#running = this.#work().finally(() => (this.#running = null));
    return this.#running;
  }

  #startAfter(running: Promise<void>): Promise<void> {
    const start = (): Promise<void> => {
      this.#next = null;
      return this.#start();
    };
    this.#next = running.then(start, start);
    return this.#next;
  }

  /** Whether nobody waits for anything. */
  get isIdle(): boolean {
    return this.#running === null && this.#next === null;
  }
}
