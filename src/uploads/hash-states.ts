import { createHash, type Hash } from 'node:crypto';

/** Hash states kept for uploads between their requests; the least recently used goes first. */
const CAPACITY = 1000;

interface State {
  readonly hash: Hash;
  readonly offset: number;
}

/** Running SHA-256 of unfinished uploads, so that a finished one need not be read again while this process lives. */
export class HashStates {
  readonly #states = new Map<string, State>();

  /** Takes the state out; null when there is none for exactly the first `offset` bytes. */
  take(id: string, offset: number): Hash | null {
    if (offset === 0) return createHash('sha256');
    const state = this.#states.get(id);
    this.#states.delete(id);
    return state?.offset === offset ? state.hash : null;
  }

  keep(id: string, offset: number, hash: Hash): void {
    this.#states.delete(id);
    this.#states.set(id, { hash, offset });
    if (this.#states.size <= CAPACITY) return;
    const [oldest] = this.#states.keys();
    if (oldest !== undefined) this.#states.delete(oldest);
  }

  drop(id: string): void {
    this.#states.delete(id);
  }
}
