import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { SharedRun } from '../lib/shared-run.ts';

/** Makes the names in directories durable. Those who change one directory at once share its syncs. */
export class DirectorySync {
  readonly #shared = new Map<string, SharedSync>();

  /** Resolves once every name that was in the directory before this call would survive power loss. */
  async sync(directory: string): Promise<void> {
    const shared = this.#shared.get(directory) ?? new SharedSync(directory);
    this.#shared.set(directory, shared);
    try {
      await shared.run();
    } finally {
      if (shared.isIdle && this.#shared.get(directory) === shared) {
        this.#shared.delete(directory);
        shared.letGo();
      }
    }
  }
}

/** The directory stays open for as long as somebody waits: opening it, too, waits for the fsyncs of others. */
class SharedSync {
  readonly #path: string;
  readonly #runs = new SharedRun(() => this.#sync());
  #directory: FileHandle | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  get isIdle(): boolean {
    return this.#runs.isIdle;
  }

  run(): Promise<void> {
    return this.#runs.run();
  }

  letGo(): void {
    this.#directory?.close().catch(() => undefined); // what matters was synced
    this.#directory = null;
  }

  async #sync(): Promise<void> {
    this.#directory ??= await open(this.#path, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await this.#directory.sync();
    } catch (error) {
      this.letGo();
      throw error;
    }
  }
}
