import { PART_SIZE } from './s3-parts.ts';

/** What is kept for the next parts, at most. */
const MAX_KEPT = 8;
/** In ms: a server at rest keeps none. A new room costs about 2 ms, mostly the system's. */
const MAX_IDLE = 200;

/**
 * Rooms for parts of an upload, PART_SIZE bytes each, used again and again: a new one for each part would lie around
 * until the garbage collector comes by, which takes as much memory again as the parts under way.
 */
export class PartRooms {
  #free: ArrayBuffer[] = [];
  /** Whatever is in use by one part and may be given back once. */
  readonly #lent = new WeakSet<ArrayBufferLike>();
  #sweep: NodeJS.Timeout | null = null;

  take(): Buffer {
    const room = this.#free.pop() ?? Buffer.allocUnsafeSlow(PART_SIZE).buffer;
    this.#lent.add(room);
    return Buffer.from(room);
  }

  /**
   * To be called once nobody reads this part of a room any more, nor ever will: the next upload's bytes will stand
   * there. Does nothing for bytes that lie elsewhere.
   */
  giveBack({ buffer }: Buffer): void {
    if (!this.#lent.delete(buffer)) return;
    const room = buffer as ArrayBuffer;
    if (this.#free.length >= MAX_KEPT) {
      release(room);
      return;
    }
    this.#free.push(room);
    this.#sweep ??= setTimeout(() => this.#forget(), MAX_IDLE).unref();
    this.#sweep.refresh();
  }

  #forget(): void {
    this.#sweep = null;
    for (const room of this.#free) release(room);
    this.#free = [];
  }
}

/** Gives the memory back at once: the garbage collector would come by when as much again has been asked for. */
function release(room: ArrayBuffer): void {
  room.transfer(0);
}
