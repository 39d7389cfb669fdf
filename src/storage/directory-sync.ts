import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { SharedRun } from '../lib/shared-run.ts';

/** Makes the names in directories durable. Those who change one directory at once share its syncs. */
export class DirectorySync {
  readonly #syncNow: (directory: string) => Promise<void>;
  readonly #runs = new Map<string, SharedRun>();

  constructor(syncNow = fsyncDirectory) {
    this.#syncNow = syncNow;
  }

  /** Resolves once every name that was in the directory before this call would survive power loss. */
  async sync(directory: string): Promise<void> {
    const run = this.#runs.get(directory) ?? new SharedRun(() => this.#syncNow(directory));
    this.#runs.set(directory, run);
    try {
      await run.run();
    } finally {
      if (run.isIdle) this.#runs.delete(directory);
    }
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
