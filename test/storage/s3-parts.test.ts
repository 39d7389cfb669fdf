import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import { PartRooms } from '../../src/storage/part-rooms.ts';
import { PART_SIZE, partSize, splitIntoParts, WrongSizeError } from '../../src/storage/s3-parts.ts';
import { inChunks } from '../support/bodies.ts';

const GIB = 2 ** 30;
const TIB = 2 ** 40;

function split(body: AsyncIterable<Uint8Array>, size?: number): AsyncGenerator<Buffer> {
  return splitIntoParts(body, new PartRooms(), size);
}

async function lengths(parts: AsyncIterable<Buffer>): Promise<number[]> {
  const found: number[] = [];
  for await (const part of parts) found.push(part.length);
  return found;
}

describe('the size of a part', () => {
  it.each([1, PART_SIZE, 78 * GIB, 100 * GIB, TIB, 5 * TIB])(
    'lets %d bytes fit into ten thousand parts',
    (size) => {
      expect(partSize(0, size) * 10_000).toBeGreaterThanOrEqual(size);
      expect(partSize(9_999, size)).toBe(partSize(0, size));
    },
  );

  it('lets any object that S3 can hold fit when the size is unknown', () => {
    let total = 0;
    for (let index = 0; index < 10_000; index += 1) total += partSize(index, undefined);
    expect(total).toBeGreaterThanOrEqual(5 * TIB);
    expect(partSize(9_999, undefined)).toBeLessThan(5 * GIB);
  });

  it('stays the same for the first 8 GiB of unknown size, as R2 wants it', () => {
    expect(new Set(Array.from({ length: 1_000 }, (_, index) => partSize(index, undefined)))).toEqual(
      new Set([PART_SIZE]),
    );
  });
});

describe('splitting', () => {
  it.each([
    [0, []],
    [1, [1]],
    [PART_SIZE, [PART_SIZE]],
    [PART_SIZE + 1, [PART_SIZE, 1]],
    [2 * PART_SIZE, [PART_SIZE, PART_SIZE]],
  ])('cuts %d bytes into parts of %j', async (length, expected) => {
    expect(await lengths(split(inChunks(Buffer.alloc(length))))).toEqual(expected);
    expect(await lengths(split(inChunks(Buffer.alloc(length), 3 * PART_SIZE)))).toEqual(expected);
  });

  it('keeps every byte in its place, however the chunks fall', async () => {
    const bytes = randomBytes(PART_SIZE + 100_000);
    const joined = await buffer(split(inChunks(bytes, 70_001)));
    expect(joined.equals(bytes)).toBe(true);
  });

  it.each([
    ['shorter', 99],
    ['longer', 101],
  ])('refuses a body that is %s than announced', async (_what, length) => {
    await expect(lengths(split(inChunks(Buffer.alloc(length)), 100))).rejects.toThrow(WrongSizeError);
  });
});

class CountedRooms extends PartRooms {
  readonly taken: Buffer[] = [];

  override take(): Buffer {
    const room = super.take();
    this.taken.push(room);
    return room;
  }
}

describe('the room of a part', () => {
  it('is used again once it was given back, by one other only', () => {
    const rooms = new PartRooms();
    const part = rooms.take().subarray(0, 10);
    rooms.giveBack(part);
    rooms.giveBack(part);
    const [next, another] = [rooms.take(), rooms.take()];
    expect(next).toHaveLength(PART_SIZE);
    expect(next.buffer).toBe(part.buffer);
    expect(another.buffer).not.toBe(part.buffer);
  });

  it('is never made of bytes that came from elsewhere', () => {
    const rooms = new PartRooms();
    const foreign = Buffer.alloc(PART_SIZE);
    rooms.giveBack(foreign);
    expect(rooms.take().buffer).not.toBe(foreign.buffer);
  });

  it('is taken only for bytes that come', async () => {
    const rooms = new CountedRooms();
    for await (const part of splitIntoParts(inChunks(Buffer.alloc(2 * PART_SIZE)), rooms))
      rooms.giveBack(part);
    expect(rooms.taken.length).toBe(2);
  });

  it('is given back where the body breaks off before the part is whole', async () => {
    const rooms = new CountedRooms();
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(PART_SIZE - 1);
      throw new Error('gone');
    }
    await expect(lengths(splitIntoParts(cut(), rooms))).rejects.toThrow('gone');
    expect(rooms.take().buffer === rooms.taken[0]?.buffer).toBe(true);
  });

  it('is not kept for longer than a moment, nor more than a few', () => {
    vi.useFakeTimers();
    const rooms = new PartRooms();
    const lend = (count: number) => Array.from({ length: count }, () => rooms.take());
    const lent = lend(10);
    for (const room of lent) rooms.giveBack(room);
    const known = new Set(lent.map(({ buffer }) => buffer));
    const again = lend(10);
    expect(again.filter(({ buffer }) => known.has(buffer))).toHaveLength(8);
    const sizes = (all: Buffer[]) => all.map(({ buffer }) => buffer.byteLength);
    for (const room of again) rooms.giveBack(room);
    expect(sizes(again).filter((size) => size > 0)).toHaveLength(8);
    vi.runAllTimers();
    expect(sizes(again)).toEqual(again.map(() => 0));
    expect(lend(8).some((room) => again.some(({ buffer }) => buffer === room.buffer))).toBe(false);
    vi.useRealTimers();
  });
});
