import { giveBack } from '../lib/give-back.ts';
import type { PartRooms } from './part-rooms.ts';

const MIB = 2 ** 20;

/** S3 allows parts from 5 MiB on, and 10,000 of them. */
export const PART_SIZE = 8 * MIB;
const MAX_PARTS = 10_000;
const PARTS_OF_ONE_SIZE = 1_000;

/**
 * The size of the part with this index. A known size is spread evenly; an unknown one starts small and doubles every
 * thousand parts, so that any object S3 can hold fits – equal parts for the first 8 GiB, since R2 takes no others.
 */
export function partSize(index: number, size: number | undefined): number {
  if (size === undefined) return PART_SIZE * 2 ** Math.floor(index / PARTS_OF_ONE_SIZE);
  return Math.max(PART_SIZE, Math.ceil(size / MAX_PARTS / MIB) * MIB);
}

/** A body that is not as long as its caller said. */
export class WrongSizeError extends Error {
  override readonly name = 'WrongSizeError';

  constructor(announced: number, seen: number) {
    super(`a body of ${announced} bytes was announced, ${seen} came`);
  }
}

/**
 * Cuts a body into parts, of which only the last is smaller than `partSize` says; an empty body has none.
 * Throws WrongSizeError, always before a part smaller than that, when the body is not as long as `size`.
 */
export async function* splitIntoParts(
  body: AsyncIterable<Uint8Array>,
  rooms: PartRooms,
  size?: number,
): AsyncGenerator<Buffer, undefined> {
  let part = new PartBuffer(partSize(0, size), rooms, FIRST_ROOM);
  let index = 0;
  let total = 0;
  try {
    for await (const chunk of body) {
      total += chunk.length;
      if (size !== undefined && total > size) throw new WrongSizeError(size, total);
      let rest = chunk;
      while (rest.length > 0) {
        rest = part.take(rest);
        if (!part.full) break;
        yield part.handOver();
        index += 1;
        part = new PartBuffer(partSize(index, size), rooms);
      }
      giveBack(chunk);
    }
    if (size !== undefined && total < size) throw new WrongSizeError(size, total);
    if (!part.empty) yield part.handOver();
  } finally {
    part.discard();
  }
}

export async function* startingWith<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

/** Most bodies are small. Whatever is larger gets the room of a whole part: what it does not fill costs no memory. */
const FIRST_ROOM = 64 * 1024;
const NO_ROOM = Buffer.alloc(0);

/** Copies instead of keeping the chunks: a body of one-byte chunks would cost a hundred times its size. */
class PartBuffer {
  readonly #capacity: number;
  readonly #rooms: PartRooms;
  #room: Buffer;
  #length = 0;

  /** Begins with a room of `room` bytes; only what is more than that takes the room of a whole part. */
  constructor(capacity: number, rooms: PartRooms, room = 0) {
    this.#capacity = capacity;
    this.#rooms = rooms;
    this.#room = Buffer.allocUnsafe(room);
  }

  get full(): boolean {
    return this.#length === this.#capacity;
  }

  get empty(): boolean {
    return this.#length === 0;
  }

  /** Takes what fits and returns what does not. */
  take(chunk: Uint8Array): Uint8Array {
    const taken = chunk.subarray(0, this.#capacity - this.#length);
    this.#makeRoom(this.#length + taken.length);
    this.#room.set(taken, this.#length);
    this.#length += taken.length;
    return chunk.subarray(taken.length);
  }

  /** Its bytes; from now on their room is the caller's to give back. */
  handOver(): Buffer {
    const bytes = this.#room.subarray(0, this.#length);
    this.#room = NO_ROOM;
    return bytes;
  }

  /** Gives back the room of bytes that nobody was given. */
  discard(): void {
    this.#rooms.giveBack(this.#room);
    this.#room = NO_ROOM;
  }

  #makeRoom(needed: number): void {
    if (needed <= this.#room.length) return;
    const larger = this.#largeRoom();
    this.#room.copy(larger, 0, 0, this.#length);
    this.#room = larger;
  }

  #largeRoom(): Buffer {
    return this.#capacity === PART_SIZE ? this.#rooms.take() : Buffer.allocUnsafe(this.#capacity);
  }
}
