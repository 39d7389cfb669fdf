import type { BlockIndex } from './block-index.ts';

/** Blocks in all cached indexes together, at 8 bytes each. */
const MAX_BLOCKS = 2 * 1024 * 1024;
const MAX_OBJECTS = 1024;

interface Entry {
  readonly index: Promise<BlockIndex | null>;
  blocks: number;
}

/** The indexes of the objects last read; null for an object that has none. */
export class IndexCache {
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();
  #blocks = 0;

  /** The index under `name`; `load` is called when it is not here, once for all who ask meanwhile. */
  get(name: string, load: () => Promise<BlockIndex | null>): Promise<BlockIndex | null> {
    const entry = this.#entries.get(name) ?? { index: load(), blocks: 0 };
    const isNew = !this.#entries.delete(name);
    this.#entries.set(name, entry);
    if (isNew) this.#settle(name, entry);
    return entry.index;
  }

  drop(name: string): void {
    this.#blocks -= this.#entries.get(name)?.blocks ?? 0;
    this.#entries.delete(name);
  }

  #settle(name: string, entry: Entry): void {
    entry.index.then(
      (index) => {
        if (this.#entries.get(name) !== entry) return;
        entry.blocks = index?.blockCount ?? 0;
        this.#blocks += entry.blocks;
        this.#evict();
      },
      () => {
        if (this.#entries.get(name) === entry) this.drop(name);
      },
    );
  }

  #evict(): void {
    for (const name of this.#entries.keys()) {
      if (this.#blocks <= MAX_BLOCKS && this.#entries.size <= MAX_OBJECTS) return;
      this.drop(name);
    }
  }
}
