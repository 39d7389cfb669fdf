export interface CleanupLog {
  info(context: object, message: string): void;
  warn(context: object, message: string): void;
}

/** One thing that the cleanup looks after. */
export interface Chore {
  /** What the log calls what it counts. */
  readonly name: string;
  /** Also run once when the server starts. */
  readonly atStart?: boolean;
  /** Resolves to how much it removed (or otherwise put in order); once `signal` is aborted, as soon as it can. */
  run(signal: AbortSignal): Promise<number>;
}

/** The recurring job that removes what crashes, failing backends and clients that never came back left behind. */
export class Cleanup {
  readonly #chores: readonly Chore[];
  readonly #log: CleanupLog;
  readonly #interval: number;
  readonly #onReport: (report: Readonly<Record<string, number>>) => void;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #starting: Promise<unknown> = Promise.resolve();
  #running: Promise<Record<string, number>> | null = null;

  /** `interval` in milliseconds between runs; `onReport` is told what each run removed. */
  constructor(
    chores: readonly Chore[],
    log: CleanupLog,
    interval: number,
    onReport: (report: Readonly<Record<string, number>>) => void = () => undefined,
  ) {
    this.#chores = chores;
    this.#log = log;
    this.#interval = interval;
    this.#onReport = onReport;
  }

  start(): void {
    this.#starting = this.#work(this.#chores.filter(({ atStart }) => atStart === true));
    this.#timer = setInterval(() => void this.run(), this.#interval);
    this.#timer.unref();
  }

  /** Has what is under way end where it is, for the next start to go on; resolves when it has. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#starting;
    await this.#running;
  }

  /** Runs now, or joins the run that is under way. Never rejects: what failed is tried again next time. */
  run(): Promise<Record<string, number>> {
    this.#running ??= this.#work(this.#chores).finally(() => (this.#running = null));
    return this.#running;
  }

  async #work(chores: readonly Chore[]): Promise<Record<string, number>> {
    const report: Record<string, number> = {};
    for (const chore of chores) {
      if (this.#stopping.signal.aborted) break;
      report[chore.name] = await this.#do(chore);
    }
    if (Object.values(report).some((count) => count > 0)) this.#log.info(report, 'cleanup');
    this.#onReport(report);
    return report;
  }

  async #do(chore: Chore): Promise<number> {
    try {
      return await chore.run(this.#stopping.signal);
    } catch (error) {
      this.#log.warn(
        { err: error, chore: chore.name },
        'part of the cleanup failed; the next run tries again',
      );
      return 0;
    }
  }
}
