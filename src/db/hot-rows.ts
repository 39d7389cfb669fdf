import type { SharedSnapshot } from './shared-snapshot.ts';

export interface Weighed {
  /** About as many characters as it has. */
  readonly weight: number;
}

/** The weight of all that are kept. */
const CAPACITY = 4 * 1024 * 1024;
/**
 * So many are read after a change before one is kept. Where files are written all the time, rows that are kept until the
 * next change cost more than they save: V8 moves what lives so long, and marks its heap more often.
 */
const READS_AT_FIRST = 1_000;

/**
 * The rows that crowds of requests asked for lately, as long as nothing in the database changes: to make one again takes
 * a tenth of the time of a request for it. A row by itself is always read, as seeing whether anything has changed
 * takes as long.
 */
export class HotRows<Row extends Weighed> {
  readonly #snapshot: SharedSnapshot;
  readonly #read: (id: string) => Row | null;
  readonly #rows = new Map<string, Row>();
  #mark = '';
  #weight = 0;
  #reads = 0;

  constructor(snapshot: SharedSnapshot, read: (id: string) => Row | null) {
    this.#snapshot = snapshot;
    this.#read = read;
  }

  find(id: string): Row | null {
    const { mark } = this.#snapshot;
    if (mark === null) return this.#read(id);
    if (mark !== this.#mark || this.#weight > CAPACITY) this.#forgetAll(mark);
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    const row = this.#read(id);
    this.#reads += 1;
    if (row !== null && this.#reads > READS_AT_FIRST) this.#keep(id, row);
    return row;
  }

  #keep(id: string, row: Row): void {
    this.#rows.set(id, row);
    this.#weight += row.weight;
  }

  #forgetAll(mark: string): void {
    if (this.#weight > 0) this.#rows.clear();
    this.#weight = 0;
    this.#reads = 0;
    this.#mark = mark;
  }
}
