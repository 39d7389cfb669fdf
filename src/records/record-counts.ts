/** Counts kept for each collection; beyond that the oldest goes. */
const MAX_COUNTS = 1000;

/**
 * How many records a condition holds for, remembered until the collection changes: counting reads every matching
 * row, and a list asks for its total with every page.
 */
export class RecordCounts {
  readonly #counts = new Map<string, Map<string, number>>();

  /** `key` names the condition with everything that its answer depends on. */
  remember(collection: string, key: string, count: () => number): number {
    const counts = this.#counts.get(collection) ?? new Map<string, number>();
    this.#counts.set(collection, counts);
    const known = counts.get(key);
    if (known !== undefined) return known;
    const fresh = count();
    const [oldest] = counts.keys();
    if (counts.size >= MAX_COUNTS && oldest !== undefined) counts.delete(oldest);
    counts.set(key, fresh);
    return fresh;
  }

  /** To be called by whoever changes records of the collection, in the same transaction. */
  forget(collection: string): void {
    this.#counts.delete(collection);
  }

  forgetAll(): void {
    this.#counts.clear();
  }
}
