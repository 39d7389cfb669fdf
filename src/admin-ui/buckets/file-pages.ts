import { listFiles, type FileQuery, type StoredFile } from '../api/files.ts';
import { Store } from '../parts/store.ts';

const PAGE = 100;

interface Page {
  readonly files: readonly StoredFile[];
  /** Which refresh it belongs to. */
  readonly round: number;
  readonly nextCursor: string | null;
}

export interface PagesState {
  /** Null until the first answer. */
  readonly total: number | null;
  readonly error: Error | null;
}

/**
 * A list of any length of which only the pages in sight are loaded: by cursor where one reads on, by offset where one
 * jumps. Stale pages stay in sight until their successors arrive.
 */
export class FilePages {
  readonly state = new Store<PagesState>({ total: null, error: null });
  readonly #bucket: string;
  readonly #query: FileQuery;
  readonly #pages = new Map<number, Page>();
  readonly #loading = new Set<number>();
  readonly #abort = new AbortController();
  #round = 0;
  #wanted = { first: 0, end: 1 };

  constructor(bucket: string, query: FileQuery) {
    this.#bucket = bucket;
    this.#query = query;
  }

  /** Undefined while it is not loaded. */
  at(index: number): StoredFile | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.files[index % PAGE];
  }

  /** Every file that is loaded, in order. */
  loaded(): StoredFile[] {
    const order = [...this.#pages.keys()].sort((a, b) => a - b);
    return order.flatMap((number) => this.#pages.get(number)?.files ?? []);
  }

  /** Loads what of these rows is missing. */
  need(first: number, end: number): void {
    this.#wanted = { first, end };
    const last = Math.max(first, end - 1);
    for (let number = Math.floor(first / PAGE); number <= Math.floor(last / PAGE); number += 1) {
      if (this.#pages.get(number)?.round !== this.#round) void this.#load(number);
    }
  }

  /** Something has changed: what is in sight is loaded again, the rest when it comes into sight. */
  refresh(): void {
    this.#round += 1;
    this.#loading.clear();
    this.need(this.#wanted.first, this.#wanted.end);
  }

  dispose(): void {
    this.#abort.abort();
  }

  async #load(number: number): Promise<void> {
    if (this.#loading.has(number)) return;
    this.#loading.add(number);
    const round = this.#round;
    try {
      const list = await listFiles(this.#bucket, this.#query, this.#start(number), this.#abort.signal);
      if (round !== this.#round || this.#abort.signal.aborted) return;
      this.#loading.delete(number);
      this.#pages.set(number, { files: list.files, round, nextCursor: list.next_cursor });
      for (const known of this.#pages.keys()) if (known * PAGE >= list.total) this.#pages.delete(known);
      this.state.set({ total: list.total, error: null });
    } catch (error) {
      if (round !== this.#round || this.#abort.signal.aborted) return;
      this.#loading.delete(number);
      this.state.update((state) => ({
        ...state,
        error: error instanceof Error ? error : new Error(String(error)),
      }));
    }
  }

  #start(number: number) {
    const previous = this.#pages.get(number - 1);
    const cursor = previous?.round === this.#round ? previous.nextCursor : null;
    return cursor === null ? { offset: number * PAGE, limit: PAGE } : { cursor, limit: PAGE };
  }
}
