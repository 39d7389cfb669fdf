import type { Backends } from '../storage/backends.ts';
import type { ObjectPlace, PendingObjectsRepository } from './pending-objects-repository.ts';

export interface ReaperLog {
  warn(context: object, message: string): void;
}

/** Deleted at once: those in one folder then share the sync that makes their deletion durable. */
const BATCH = 100;

/**
 * Deletes the bytes behind rows that are gone. The order to delete was committed with the row's removal, so what
 * fails here (or is cut off by a crash) is tried again by the next `sweep`.
 */
export class ObjectReaper {
  readonly #pending: PendingObjectsRepository;
  readonly #backends: Backends;
  readonly #log: ReaperLog;
  readonly #running = new Set<Promise<void>>();
  /** Objects that got no row, for as long as the order to delete them is not written. */
  readonly #abandoned = new Set<ObjectPlace>();

  constructor(pending: PendingObjectsRepository, backends: Backends, log: ReaperLog) {
    this.#pending = pending;
    this.#backends = backends;
    this.#log = log;
  }

  /** Deletes one object that was ordered to go. Never rejects: the order stands until it is carried out. */
  async reap(place: ObjectPlace): Promise<void> {
    if (!(await this.#delete(place))) return;
    this.#inBackground(
      this.#pending.remove([place]),
      'could not forget a deleted object; it will be tried again',
    );
  }

  async reapAll(places: readonly ObjectPlace[]): Promise<void> {
    for (let from = 0; from < places.length; from += BATCH) {
      await Promise.all(places.slice(from, from + BATCH).map((place) => this.reap(place)));
    }
  }

  /** Gives up an object that was noted, unless it got a row; nobody waits for it but `settle`. */
  abandon(place: ObjectPlace): void {
    this.#abandoned.add(place);
    this.#inBackground(
      this.#reapDoomed(place),
      'could not order an abandoned object to be deleted; the next cleanup will',
    );
  }

  /** Has `settle` wait for this work too: a put that is cut off still has something to clear away. */
  track<T>(work: Promise<T>): Promise<T> {
    const forget = () => void this.#running.delete(task);
    const task: Promise<void> = work.then(forget, forget);
    this.#running.add(task);
    return work;
  }

  /** Resolves when nothing is under way in the background any more; call it before closing what it uses. */
  async settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Carries out every standing order that is due, until `signal` is aborted; resolves to how many objects went. */
  async sweep(now: number, signal?: AbortSignal): Promise<number> {
    await Promise.all([...this.#abandoned].map((place) => this.#doom(place)));
    await this.#deleteEarly(await this.#pending.listLate(now), signal);
    let deleted = 0;
    let failed = 0;
    for (;;) {
      if (signal?.aborted === true) return deleted;
      const places = await this.#pending.listDeleting(now, BATCH, failed);
      if (places.length === 0) return deleted;
      const gone = await this.#deleteAll(places);
      await this.#pending.remove(gone);
      deleted += gone.length;
      failed += places.length - gone.length;
    }
  }

  async #reapDoomed(place: ObjectPlace): Promise<void> {
    if (await this.#doom(place)) await this.reap(place);
  }

  /** False where the object got its row after all: its commit stands, only the disk did not keep it at once. */
  async #doom(place: ObjectPlace): Promise<boolean> {
    const isDoomed = await this.#pending.doom(place);
    this.#abandoned.delete(place);
    return isDoomed;
  }

  /** What may come late still lies there early, mostly; the order stands, and is carried out again when it is due. */
  async #deleteEarly(places: readonly ObjectPlace[], signal?: AbortSignal): Promise<void> {
    for (let from = 0; from < places.length && signal?.aborted !== true; from += BATCH) {
      const gone = await this.#deleteAll(places.slice(from, from + BATCH));
      await this.#pending.onceMore(gone);
    }
  }

  /** Resolves to those that are gone. */
  async #deleteAll(places: readonly ObjectPlace[]): Promise<ObjectPlace[]> {
    const isGone = await Promise.all(places.map((place) => this.#delete(place)));
    return places.filter((_, index) => isGone[index]);
  }

  async #delete({ backend, bucket, objectKey }: ObjectPlace): Promise<boolean> {
    // A backend that left alyx.yml cannot be reached; the order waits until it is back.
    if (!this.#backends.has(backend)) return false;
    // Asked after the row went: a backup that begins only now no longer sees it.
    if (await this.#pending.areDeletionsHeld()) return false;
    try {
      await this.#backends.get(backend).delete(bucket, objectKey);
      return true;
    } catch (error) {
      this.#log.warn({ err: error, backend, bucket }, 'could not delete an object; it will be tried again');
      return false;
    }
  }

  #inBackground(work: Promise<void>, complaint: string): void {
    const task = work
      .catch((error: unknown) => this.#log.warn({ err: error }, complaint))
      .finally(() => this.#running.delete(task));
    this.#running.add(task);
  }
}
