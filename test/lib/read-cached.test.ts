import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fromLibc } from '../../src/lib/libc.ts';
import { readCached } from '../../src/lib/read-cached.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { report } from '../support/torture.ts';

const SIZE = 1_000_000;
const content = new SeededRandom(2).bytes(SIZE);
const temp = makeTempFolder();
const path = join(temp.path, 'file');
const file = openSync(path, 'w+');
writeSync(file, content);

const works = (await readCached(file, Buffer.alloc(1), 0)) === 1;
if (!works)
  report('NOT TRIED: reading what the system has in memory, which this system or file system cannot');

/** Makes the system forget what it has of the file in memory. */
const forget = await fromLibc((libc) => {
  const fsync = libc.func('int fsync(int file)') as (file: number) => number;
  const advise = libc.func('int posix_fadvise(int file, int64 offset, int64 length, int advice)') as (
    ...values: readonly number[]
  ) => number;
  return () => [fsync(file), advise(file, 0, 0, 4)];
});

afterAll(() => {
  closeSync(file);
  temp.remove();
});

describe.skipIf(!works)('what the system has in memory of a file', () => {
  it.each([
    [0, 16_384],
    [12_345, 65_536],
    [SIZE - 10, 10],
  ])('is read from %i on, %i bytes of it', async (position, length) => {
    const buffer = Buffer.alloc(length);
    expect(await readCached(file, buffer, position)).toBe(length);
    expect(buffer.equals(content.subarray(position, position + length))).toBe(true);
  });

  it('ends where the file does', async () => {
    const buffer = Buffer.alloc(100);
    expect(await readCached(file, buffer, SIZE - 40)).toBe(40);
    expect(buffer.subarray(0, 40).equals(content.subarray(SIZE - 40))).toBe(true);
    expect(await readCached(file, buffer, SIZE)).toBe(0);
  });

  it('is none when it lies on the disk only', async () => {
    const buffer = Buffer.alloc(16_384);
    expect(forget?.()).toEqual([0, 0]);
    expect(await readCached(file, buffer, 500_000)).toBeNull();
  });
});

it('is none of a file that is closed', async () => {
  expect(await readCached(9_999, Buffer.alloc(10), 0)).toBeNull();
});
