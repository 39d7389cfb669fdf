import type { KeyValueStore } from './key-value-store.ts';
import type { SentBytes } from './sent-reader.ts';

/** An unfinished upload. */
export interface KnownUpload {
  readonly url: string;
  readonly sent: SentBytes;
}

/**
 * Keeps one unfinished upload for another page or process. A store that is full or forbidden costs the upload no more than
 * being found again.
 */
export class UploadMemory {
  readonly #store: KeyValueStore;
  readonly #key: string;
  /** A store may take its time, but not mix up the order. */
  #last: Promise<void> = Promise.resolve();

  constructor(store: KeyValueStore, key: string) {
    this.#store = store;
    this.#key = key;
  }

  /** Null where there is none: an earlier SDK kept the address alone. */
  async read(): Promise<KnownUpload | null> {
    await this.#last;
    try {
      const text = await this.#store.getItem(this.#key);
      return text === null ? null : (JSON.parse(text) as KnownUpload);
    } catch {
      return null;
    }
  }

  /** Null forgets it. */
  write(known: KnownUpload | null): Promise<void> {
    this.#last = this.#last.then(() => this.#set(known)).catch(() => undefined);
    return this.#last;
  }

  async #set(known: KnownUpload | null): Promise<void> {
    if (known === null) await this.#store.removeItem(this.#key);
    else await this.#store.setItem(this.#key, JSON.stringify(known));
  }
}
