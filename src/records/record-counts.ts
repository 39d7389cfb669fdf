import type { SqlValue } from './column.ts';
import type { RecordKey } from './record.ts';

/** Counts kept for each collection; beyond that the oldest goes. */
const MAX_COUNTS = 1000;
/** Changes that a count is brought up to date with; after more than these it is as quick to count anew. */
const MAX_CHANGES = 100;
/** Rows longer than this (characters and bytes together) are not kept for the counts' sake. */
const MAX_ROW_SIZE = 64 * 1024;

type Row = readonly SqlValue[];

/** A condition put to the rows of a collection. */
export interface Condition {
  /** Reads every row that it holds for. */
  readonly count: () => number;
  /** Of rows as they were. */
  readonly countBefore: (rows: readonly Row[]) => number;
  /** Of the records with these keys, as far as they are there. */
  readonly countOf: (keys: readonly RecordKey[]) => number;
}

interface Count {
  readonly total: number;
  /** How many of the collection's changes it has seen. */
  readonly seen: number;
}

interface Change {
  readonly key: RecordKey;
  /** The row as it was; null = the record was not there. */
  readonly before: Row | null;
}

interface Counts {
  readonly byKey: Map<string, Count>;
  readonly changes: Change[];
}

/**
 * How many records a condition holds for, remembered: counting reads every matching row, and a list asks for its total
 * with every page. A change of a record is noted with what the record was; a remembered count is corrected, when it is
 * asked for, by what the condition says of the records changed since, then and now. So a write costs next to nothing,
 * and one that is undone corrects nothing.
 */
export class RecordCounts {
  readonly #collections = new Map<string, Counts>();

  /** `key` names the condition with everything that its answer depends on. */
  remember(collection: string, key: string, condition: Condition): number {
    const counts = this.#of(collection);
    const known = counts.byKey.get(key);
    const total = known === undefined ? condition.count() : corrected(known, counts.changes, condition);
    const [oldest] = counts.byKey.keys();
    if (known === undefined && counts.byKey.size >= MAX_COUNTS && oldest !== undefined) {
      counts.byKey.delete(oldest);
    }
    counts.byKey.set(key, { total, seen: counts.changes.length });
    return total;
  }

  /** To be called by whoever changes a record, in the same transaction, with the row as it was; null for a new one. */
  note(collection: string, key: RecordKey, before: Row | null): void {
    const counts = this.#collections.get(collection);
    if (counts === undefined) return;
    if (counts.changes.length >= MAX_CHANGES || (before !== null && sizeOf(before) > MAX_ROW_SIZE)) {
      this.#collections.delete(collection);
      return;
    }
    counts.changes.push({ key, before });
  }

  #of(collection: string): Counts {
    const known = this.#collections.get(collection);
    if (known !== undefined) return known;
    const counts = { byKey: new Map<string, Count>(), changes: [] };
    this.#collections.set(collection, counts);
    return counts;
  }
}

function corrected({ total, seen }: Count, changes: readonly Change[], condition: Condition): number {
  if (seen === changes.length) return total;
  // Of a record's changes the first tells what it was when the count was made.
  const before = new Map<RecordKey, Row | null>();
  for (const change of changes.slice(seen)) {
    if (!before.has(change.key)) before.set(change.key, change.before);
  }
  const rows = [...before.values()].filter((row) => row !== null);
  return total - condition.countBefore(rows) + condition.countOf([...before.keys()]);
}

function sizeOf(row: Row): number {
  return row.reduce<number>(
    (size, value) => size + (typeof value === 'number' || value === null ? 8 : value.length),
    0,
  );
}
