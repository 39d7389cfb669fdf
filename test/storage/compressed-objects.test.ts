import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ByteRange } from '../../src/storage/backend.ts';
import { BLOCK_SIZE } from '../../src/storage/compression/block-format.ts';
import { CompressedBackend } from '../../src/storage/compression/compressed-backend.ts';
import { inChunks } from '../support/bodies.ts';
import { MemoryBackend } from './memory-backend.ts';

const MIB = 2 ** 20;
const CODINGS = ['gzip', 'zstd'] as const;

/** Counts the stored bytes that are asked for. */
class CountingBackend extends MemoryBackend {
  read = 0;

  override async get(bucket: string, key: string, range?: ByteRange): Promise<Readable> {
    const bytes = await buffer(await super.get(bucket, key, range));
    this.read += bytes.length;
    return Readable.from([bytes], { objectMode: false });
  }
}

let plain: CountingBackend;

beforeEach(() => {
  plain = new CountingBackend();
});

/** Lines that differ, about a third of their size when compressed. */
function lines(size: number): Buffer {
  let noise = 1;
  const text = Array.from({ length: Math.ceil(size / 40) }, (_, line) => {
    noise = Math.imul(noise, 1664525) + 1013904223;
    return `line ${String(line).padStart(9, '0')} says ${(noise >>> 0).toString(36).padStart(8, '-')} to you.\n`;
  });
  return Buffer.from(text.join('')).subarray(0, size);
}

async function store(coding: 'gzip' | 'zstd', bytes: Buffer): Promise<Buffer> {
  await new CompressedBackend(plain, coding).put('photos', 'a/b', inChunks(bytes));
  const stored = await buffer(await plain.get('photos', 'a/b'));
  plain.read = 0;
  return stored;
}

/** What a tool of the system makes of the bytes, or null when there is none. */
function decodedBy(tool: 'gzip' | 'zstd', stored: Buffer): Buffer | null {
  const { error, stdout, status } = spawnSync(tool, ['-dc'], { input: stored, maxBuffer: 2 ** 30 });
  if (error !== undefined) return null;
  expect(status).toBe(0);
  return stdout;
}

describe.each(CODINGS)('a file stored as %s', { timeout: 60_000 }, (coding) => {
  it.each([0, 1, BLOCK_SIZE, BLOCK_SIZE + 1, 3 * BLOCK_SIZE + 7])(
    'of %d bytes is opened by other tools',
    async (size) => {
      const bytes = lines(size);
      const stored = await store(coding, bytes);
      const decoded = decodedBy(coding, stored);
      if (decoded !== null) expect(decoded.equals(bytes)).toBe(true);
      // Node's gunzip is zlib's own; of zstd it takes one frame only.
      if (coding === 'gzip') expect(gunzipSync(stored).equals(bytes)).toBe(true);
    },
  );

  it('is about as small as in one piece', async () => {
    const bytes = lines(3 * MIB);
    const stored = await store(coding, bytes);
    const whole = coding === 'gzip' ? gzipSync(bytes) : zstdCompressSync(bytes);
    expect(stored.length).toBeLessThan(whole.length * 1.1);
  });

  it('gives a range in memory of its own, not in that of its whole block', async () => {
    const bytes = lines(2 * MIB);
    await store(coding, bytes);
    const range = { start: MIB + 5, end: MIB + 40_004 };
    const part = await new CompressedBackend(plain, coding).get('photos', 'a/b', range);
    const chunks = (await part.toArray()) as Buffer[];
    expect(Buffer.concat(chunks).equals(bytes.subarray(range.start, range.end + 1))).toBe(true);
    for (const { buffer: room } of chunks) expect(room.byteLength).toBeLessThan(2 * 40_000);
  });

  it('costs for a range what the range is, wherever it lies', async () => {
    const bytes = lines(12 * MIB);
    const stored = await store(coding, bytes);
    const backend = new CompressedBackend(plain, coding);
    const costs: number[] = [];
    for (const start of [0, 6 * MIB, bytes.length - 5000]) {
      plain.read = 0;
      const part = await buffer(await backend.get('photos', 'a/b', { start, end: start + 4095 }));
      expect(part.equals(bytes.subarray(start, start + 4096))).toBe(true);
      costs.push(plain.read);
    }
    // A block of twelve, and with the first the index.
    for (const cost of costs) expect(cost).toBeLessThan(stored.length / 6);
  });

  it('that is written by others is read all the same, ranges too', async () => {
    const bytes = lines(3 * MIB);
    const foreign = coding === 'gzip' ? gzipSync(bytes) : zstdCompressSync(bytes);
    await plain.put('photos', 'a/b', inChunks(foreign));
    const backend = new CompressedBackend(plain, coding);
    expect((await buffer(await backend.get('photos', 'a/b'))).equals(bytes)).toBe(true);
    const part = await buffer(await backend.get('photos', 'a/b', { start: 2 * MIB, end: 2 * MIB + 9 }));
    expect(part.equals(bytes.subarray(2 * MIB, 2 * MIB + 10))).toBe(true);
  });

  it('and altered or cut anywhere never passes for whole', async () => {
    const bytes = lines(2 * BLOCK_SIZE);
    const stored = await store(coding, bytes);
    const backend = new CompressedBackend(plain, coding);
    for (const at of [0, 0.5, 0.99].map((share) => Math.floor(share * stored.length))) {
      const altered = Buffer.from(stored);
      altered[at] = (altered[at] ?? 0) ^ 0xff;
      for (const damaged of [altered, stored.subarray(0, at)]) {
        await plain.put('photos', 'a/b', inChunks(damaged));
        const read = await backend
          .get('photos', 'a/b')
          .then((stream) => buffer(stream))
          .catch(() => null);
        expect(read === null || read.equals(bytes)).toBe(true);
      }
    }
  });

  it('and blown up a thousandfold is decoded in small pieces', async () => {
    const size = 64 * MIB;
    async function* zeroes(): AsyncGenerator<Buffer> {
      for (let sent = 0; sent < size; sent += MIB) yield Buffer.alloc(MIB);
    }
    const backend = new CompressedBackend(plain, coding);
    const stored = await backend.put('photos', 'a/b', zeroes());
    expect(stored.size).toBeLessThan(size / 500);
    let [decoded, largest] = [0, 0];
    for await (const chunk of await backend.get('photos', 'a/b')) {
      decoded += (chunk as Buffer).length;
      largest = Math.max(largest, (chunk as Buffer).length);
    }
    expect(decoded).toBe(size);
    expect(largest).toBeLessThanOrEqual(BLOCK_SIZE);
  });

  it('that does not shrink grows by next to nothing', async () => {
    const bytes = randomBytes(2 * MIB);
    expect((await store(coding, bytes)).length).toBeLessThan(bytes.length * 1.001 + 1000);
  });
});
