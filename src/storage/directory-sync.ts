import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Makes the names in directories durable. Callers that come while a directory is being synced share the next sync
 * of it: the one under way may have begun before their change.
 */
export class DirectorySync {
  readonly #syncNow: (directory: string) => Promise<void>;
  readonly #running = new Map<string, Promise<void>>();
  readonly #next = new Map<string, Promise<void>>();

  constructor(syncNow = fsyncDirectory) {
    this.#syncNow = syncNow;
  }

  /** Resolves once every name that was in the directory before this call would survive power loss. */
  sync(directory: string): Promise<void> {
    const next = this.#next.get(directory);
    if (next !== undefined) return next;
    const running = this.#running.get(directory);
    return running === undefined ? this.#run(directory) : this.#runAfter(running, directory);
  }

  #run(directory: string): Promise<void> {
    const run = this.#syncNow(directory).finally(() => this.#running.delete(directory));
    this.#running.set(directory, run);
    return run;
  }

  #runAfter(running: Promise<void>, directory: string): Promise<void> {
    const start = (): Promise<void> => {
      this.#next.delete(directory);
      return this.#run(directory);
    };
    const next = running.then(start, start);
    this.#next.set(directory, next);
    return next;
  }
}

async function fsyncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
