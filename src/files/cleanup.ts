import type { Clock } from '../lib/clock.ts';
import type { Backends } from '../storage/backends.ts';
import type { ObjectReaper } from './object-reaper.ts';

export interface CleanupDeps {
  readonly backends: Backends;
  readonly reaper: ObjectReaper;
  readonly clock: Clock;
  readonly log: {
    info(context: object, message: string): void;
    warn(context: object, message: string): void;
  };
  /** Milliseconds between runs. */
  readonly interval: number;
}

export interface CleanupReport {
  /** Objects whose row is gone. */
  readonly objectsDeleted: number;
  readonly objectsFailed: number;
  /** Parts of puts that died halfway. */
  readonly partsDeleted: number;
}

/** A put that has not touched its temporary part for this long is dead: the idle timeout is far shorter. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

/** The recurring job that removes what crashes and failing backends left behind. Only one run at a time. */
export class Cleanup {
  readonly #deps: CleanupDeps;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<CleanupReport> | null = null;

  constructor(deps: CleanupDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => void this.run(), this.#deps.interval);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
  }

  /** Runs now, or joins the run that is under way. Never rejects: what failed is tried again next time. */
  run(): Promise<CleanupReport> {
    this.#running ??= this.#work().finally(() => (this.#running = null));
    return this.#running;
  }

  async #work(): Promise<CleanupReport> {
    const { deleted, failed } = await this.#deps.reaper.sweep();
    const report = {
      objectsDeleted: deleted,
      objectsFailed: failed,
      partsDeleted: await this.#removeParts(),
    };
    if (Object.values(report).some((count) => count > 0)) this.#deps.log.info(report, 'cleanup');
    return report;
  }

  async #removeParts(): Promise<number> {
    const { backends, clock, log } = this.#deps;
    let removed = 0;
    for (const name of backends.names()) {
      try {
        removed += await backends.get(name).removeAbandoned(clock() - ABANDONED_AFTER_MS);
      } catch (error) {
        log.warn({ err: error, backend: name }, 'could not remove abandoned parts; the next cleanup will');
      }
    }
    return removed;
  }
}
