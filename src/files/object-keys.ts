import type { Clock } from '../lib/clock.ts';
import type { NewId } from '../lib/ids.ts';
import { objectKey } from '../storage/object-key.ts';
import type { ObjectPlace, PendingObjectsRepository } from './pending-objects-repository.ts';

/** Keys noted per commit: an upload must not pay a commit of its own to note where it writes. */
const BATCH = 32;

/**
 * Hands out places for new objects, each noted as 'writing' before anybody writes there, so that what a crash
 * leaves behind is found without searching the backend.
 */
export class ObjectKeys {
  readonly #pending: PendingObjectsRepository;
  readonly #owner: string;
  readonly #newId: NewId;
  readonly #clock: Clock;
  readonly #free = new Map<string, ObjectPlace[]>();
  readonly #refills = new Map<string, Promise<void>>();

  constructor(pending: PendingObjectsRepository, owner: string, newId: NewId, clock: Clock) {
    this.#pending = pending;
    this.#owner = owner;
    this.#newId = newId;
    this.#clock = clock;
  }

  /** A place that no object has had and none will have again. */
  async take(backend: string, bucket: string): Promise<ObjectPlace> {
    const pool = `${backend}/${bucket}`;
    for (;;) {
      const place = this.#free.get(pool)?.pop();
      if (place !== undefined) return place;
      await this.#refill(pool, backend, bucket);
    }
  }

  #refill(pool: string, backend: string, bucket: string): Promise<void> {
    const running = this.#refills.get(pool);
    if (running !== undefined) return running;
    const places = Array.from({ length: BATCH }, () => ({
      backend,
      bucket,
      objectKey: objectKey(this.#newId()),
    }));
    const refill = this.#pending
      .note(places, this.#owner, this.#clock())
      .then(() => void this.#free.set(pool, [...places]))
      .finally(() => this.#refills.delete(pool));
    this.#refills.set(pool, refill);
    return refill;
  }
}
