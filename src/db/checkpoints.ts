import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type BetterSqlite3 from 'better-sqlite3';
import type { WalSync } from './wal-sync.ts';

/** Folds the log into the database; ends in its own time, and rejects where it cannot even begin. */
export interface Folding {
  run(): Promise<void>;
  stop(): void;
}

/** 4 MiB. */
const PAGES = 1_000;
/** Asking for the size of the log costs more than a change does; after so many changes it is worth it. */
const ASKED_AFTER = 50;
/** In ms; starting the thread again takes 40. */
const MAX_REST = 1_000;

/**
 * Has SQLite's log folded into the database by a thread of its own: that costs two or three fsyncs, during which the
 * server would answer nobody. No change is made meanwhile, or under a constant stream of them the log would never
 * begin anew.
 */
export class Checkpoints {
  readonly #size: BetterSqlite3.Statement;
  readonly #wal: WalSync | null;
  readonly #folding: Folding;
  #changes = 0;
  #underWay: Promise<void> | null = null;

  constructor(sqlite: BetterSqlite3.Database, wal: WalSync | null, folding: Folding = inThread(sqlite.name)) {
    // Where no thread helps (it cannot be started, say), SQLite does it at a commit.
    sqlite.pragma(`wal_autocheckpoint = ${4 * PAGES}`);
    this.#size = sqlite.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.#wal = wal;
    this.#folding = folding;
  }

  get underWay(): boolean {
    return this.#underWay !== null;
  }

  /** To be told of each commit; begins a checkpoint when it is time. Null, or what resolves when it has ended. */
  committed(changes: number): Promise<void> | null {
    this.#changes += changes;
    if (this.#changes < ASKED_AFTER || this.underWay) return null;
    this.#changes = 0;
    if (this.#pages() < PAGES) return null;
    this.#underWay = this.#checkpoint().finally(() => (this.#underWay = null));
    return this.#underWay;
  }

  /** Resolves once none is under way. */
  async idle(): Promise<void> {
    await this.#underWay;
  }

  stop(): void {
    this.#folding.stop();
  }

  /** Of the log. Where SQLite cannot tell, the change that was just made is no less made: it is asked again later. */
  #pages(): number {
    try {
      return (this.#size.get() as { log: number }).log;
    } catch {
      return 0;
    }
  }

  /** Never rejects: what was committed is no less so, and the next checkpoint folds it. */
  async #checkpoint(): Promise<void> {
    try {
      // A log that could not be synced must not be read back: the system may have forgotten a part of it.
      await this.#wal?.sync();
      await this.#folding.run();
    } catch {
      // The log stays as it is.
    }
  }
}

/** The thread is started when it is needed, which most commands never do, and ended when it rests: it takes 25 MiB. */
function inThread(path: string): Folding {
  let worker: Worker | null = null;
  let ended: () => void = () => undefined;
  let rest: NodeJS.Timeout | undefined;
  const stop = (): void => {
    const resting = worker;
    worker = null;
    void resting?.terminate();
  };
  const start = (): Worker => {
    const file = new URL(`./checkpoint-worker${extname(import.meta.filename)}`, import.meta.url);
    const started = new Worker(file, { workerData: path });
    started.on('message', () => {
      started.unref(); // until it has something to do, it keeps no command from ending
      rest = setTimeout(stop, MAX_REST).unref();
      ended();
    });
    started.on('error', () => undefined); // the exit follows
    started.on('exit', () => {
      if (worker !== null && worker !== started) return; // another has taken its place
      worker = null;
      ended();
    });
    return started;
  };
  return {
    run: () =>
      new Promise((resolve) => {
        ended = resolve;
        clearTimeout(rest);
        worker ??= start();
        worker.ref();
        worker.postMessage('fold');
      }),
    stop,
  };
}
