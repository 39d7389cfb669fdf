import { AppError } from '../lib/errors.ts';

/** A writer on whose connection no byte has come for this long may be pushed aside by the client's next connection. */
const STALLED_MS = 2_000;

/** One request's hold on an upload. */
export interface Hold {
  /** A byte has come. */
  touch(): void;
  /** From here on nobody may push this holder aside: the bytes are in, the file is being made. */
  pin(): void;
  release(): void;
}

class Holder implements Hold {
  readonly released: Promise<void>;
  readonly #cancel: () => void;
  readonly #now: () => number;
  readonly #resolve: () => void;
  #touchedAt: number;
  pinned = false;

  constructor(cancel: () => void, now: () => number, onRelease: () => void) {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.released = promise.then(onRelease);
    this.#resolve = () => resolve(undefined);
    this.#cancel = cancel;
    this.#now = now;
    this.#touchedAt = now();
  }

  touch(): void {
    this.#touchedAt = this.#now();
  }

  pin(): void {
    this.pinned = true;
  }

  release(): void {
    this.#resolve();
  }

  /** Breaks a stalled connection off; false when it is alive. */
  cancelIfStalled(): boolean {
    return this.#now() - this.#touchedAt >= STALLED_MS && this.cancel();
  }

  /** Breaks the connection off; false when it is too late for that. */
  cancel(): boolean {
    if (this.pinned) return false;
    this.#cancel();
    return true;
  }
}

/** Lets one request at a time write to an upload. A phone that reconnects does not wait for its own dead connection. */
export class UploadLocks {
  readonly #holders = new Map<string, Holder>();
  readonly #now: () => number;

  /** `now` in milliseconds, monotonic. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Throws UPLOAD_LOCKED while another request is at work. `cancel` breaks this request's body off. */
  take(id: string, cancel: () => void): Promise<Hold> {
    return this.#takeFrom(id, cancel, (other) => {
      if (other.cancelIfStalled()) return;
      throw new AppError('UPLOAD_LOCKED', 'Another request is writing to this upload; try again shortly.');
    });
  }

  /** Breaks off whoever holds the upload, however many come in between, and takes it once they have let go. */
  seize(id: string): Promise<Hold> {
    return this.#takeFrom(
      id,
      () => undefined,
      (other) => other.cancel(),
    );
  }

  isHeld(id: string): boolean {
    return this.#holders.has(id);
  }

  /** Resolves when nobody holds any upload; call it before closing what the holders use. */
  async idle(): Promise<void> {
    while (this.#holders.size > 0) await Promise.all([...this.#holders.values()].map((h) => h.released));
  }

  /** Waits for a holder that is about to be through: one that makes the file, or one that has stalled. */
  async settle(id: string): Promise<void> {
    const holder = this.#holders.get(id);
    if (holder === undefined) return;
    if (holder.pinned || holder.cancelIfStalled()) await holder.released;
  }

  /** `breakOff` is told of each holder that is in the way, who is then waited for. */
  async #takeFrom(id: string, cancel: () => void, breakOff: (other: Holder) => void): Promise<Hold> {
    for (;;) {
      const other = this.#holders.get(id);
      if (other === undefined) break;
      breakOff(other);
      await other.released;
    }
    const holder = new Holder(cancel, this.#now, () => this.#holders.delete(id));
    this.#holders.set(id, holder);
    return holder;
  }
}
