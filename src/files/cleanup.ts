export interface CleanupLog {
  info(context: object, message: string): void;
  warn(context: object, message: string): void;
}

/** One thing that the cleanup looks after; resolves to how much it removed. */
export interface Chore {
  /** What the log calls what it removes. */
  readonly name: string;
  run(): Promise<number>;
}

/** The recurring job that removes what crashes, failing backends and clients that never came back left behind. */
export class Cleanup {
  readonly #chores: readonly Chore[];
  readonly #log: CleanupLog;
  readonly #interval: number;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<Record<string, number>> | null = null;

  /** `interval` in milliseconds between runs. */
  constructor(chores: readonly Chore[], log: CleanupLog, interval: number) {
    this.#chores = chores;
    this.#log = log;
    this.#interval = interval;
  }

  start(): void {
    this.#timer = setInterval(() => void this.run(), this.#interval);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
  }

  /** Runs now, or joins the run that is under way. Never rejects: what failed is tried again next time. */
  run(): Promise<Record<string, number>> {
    this.#running ??= this.#work().finally(() => (this.#running = null));
    return this.#running;
  }

  async #work(): Promise<Record<string, number>> {
    const report: Record<string, number> = {};
    for (const chore of this.#chores) report[chore.name] = await this.#do(chore);
    if (Object.values(report).some((count) => count > 0)) this.#log.info(report, 'cleanup');
    return report;
  }

  async #do(chore: Chore): Promise<number> {
    try {
      return await chore.run();
    } catch (error) {
      this.#log.warn(
        { err: error, chore: chore.name },
        'part of the cleanup failed; the next run tries again',
      );
      return 0;
    }
  }
}
