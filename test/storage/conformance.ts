import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ObjectNotFoundError,
  type Backend,
  type ByteRange,
  type PutOptions,
} from '../../src/storage/backend.ts';
import { UnsafeKeyError } from '../../src/storage/object-key.ts';
import { inChunks } from '../support/bodies.ts';
import { collect } from '../support/collect.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';

export interface OpenedBackend {
  readonly backend: Backend;
  /** Closes the backend and everything that was set up for it. */
  close(): Promise<void>;
}

export interface BackendTraits {
  /** Whether `link` stores a local file; without this it must answer false. */
  readonly durableLink?: boolean;
  /** Bytes; no larger object is put. */
  readonly maxObject?: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const SIZES = [0, 1, 4095, 4096, 4097, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, MIB, 6 * MIB];

/** What `Backend` promises, held against one implementation; `open` gives an empty backend for every test. */
export function describeBackend(
  name: string,
  open: () => Promise<OpenedBackend>,
  { durableLink: links = false, maxObject = Infinity }: BackendTraits = {},
): void {
  describe(`the ${name} backend`, () => {
    let opened: OpenedBackend;
    let backend: Backend;

    beforeEach(async () => {
      opened = await open();
      backend = opened.backend;
    });

    afterEach(() => opened.close());

    const put = (bytes: Uint8Array, options?: PutOptions, key = 'a/b') =>
      backend.put('photos', key, inChunks(bytes), options);

    const get = async (range?: ByteRange, key = 'a/b') => buffer(await backend.get('photos', key, range));

    async function expectNothingKept(): Promise<void> {
      await expect(backend.get('photos', 'a/b')).rejects.toThrow(ObjectNotFoundError);
      expect(await backend.exists('photos', 'a/b')).toBe(false);
      expect(await backend.stat('photos', 'a/b')).toBeNull();
      expect(await collect(backend.list('photos'))).toEqual([]);
      expect(await backend.removeAbandoned(tomorrow())).toBe(0);
    }

    describe('a body', () => {
      const sizes = SIZES.filter((size) => size <= maxObject);

      it.each(sizes)('of %d bytes comes back as it went in, its size known or not', async (size) => {
        const known = numbered(size, 1);
        const unknown = numbered(size, 2);
        await put(known, { size }, 'a/known');
        await put(unknown, {}, 'a/unknown');
        expectSame(await get(undefined, 'a/known'), known);
        expectSame(await get(undefined, 'a/unknown'), unknown);
      });

      it.each([
        ['chunks of one byte', 5000, 1],
        ['chunks of seven bytes', 100 * KIB, 7],
        ['chunks that fit nothing', 800 * KIB, 99_991],
        ['one large chunk', Math.min(6 * MIB, maxObject), 6 * MIB],
      ])('in %s comes back as it went in', async (_what, size, chunkSize) => {
        const bytes = numbered(size);
        await backend.put('photos', 'a/b', inChunks(bytes, chunkSize));
        expectSame(await get(), bytes);
      });

      it('with empty chunks in it comes back as it went in', async () => {
        const [empty, bytes] = [Buffer.alloc(0), numbered(10)];
        const body = chunks(empty, bytes.subarray(0, 4), empty, empty, bytes.subarray(4), empty);
        await backend.put('photos', 'a/b', body, { size: 10 });
        expectSame(await get(), bytes);
      });

      it('is of the size that put resolves to, as stat and list tell it', async () => {
        const { size } = await put(numbered(100 * KIB));
        expect(size).toBeGreaterThan(0);
        expect(await backend.stat('photos', 'a/b')).toMatchObject({ key: 'a/b', size });
        expect(await collect(backend.list('photos'))).toMatchObject([{ key: 'a/b', size }]);
      });

      it('cannot be seen before put resolves', async () => {
        let seen = true;
        async function* watched(): AsyncGenerator<Uint8Array> {
          yield* inChunks(numbered(MIB));
          seen = await backend.exists('photos', 'a/b');
          yield* inChunks(numbered(MIB));
        }
        await backend.put('photos', 'a/b', watched());
        expect(seen).toBe(false);
        expect(await backend.exists('photos', 'a/b')).toBe(true);
      });
    });

    describe('a range', () => {
      const size = 300 * KIB;
      it.each([
        ['the only byte', 1, 0, 0],
        ['the first byte', size, 0, 0],
        ['the last byte', size, size - 1, size - 1],
        ['the whole', size, 0, size - 1],
        ['the first half', size, 0, size / 2 - 1],
        ['the second half', size, size / 2, size - 1],
        ['a piece in the middle', size, 70_001, 200_003],
        ['two bytes around 64 KiB', size, 64 * KIB - 1, 64 * KIB],
        ['a piece of a small object', 4097, 4000, 4096],
        ['a late piece of a large object', 5 * MIB, 5 * MIB - 70_000, 5 * MIB - 2],
      ])('that is %s of %d bytes yields bytes %d to %d', async (_what, length, start, end) => {
        const bytes = numbered(length);
        await put(bytes);
        expectSame(await get({ start, end }), bytes.subarray(start, end + 1));
      });
    });

    describe('an object that is replaced', () => {
      const [before, after] = [numbered(3 * MIB, 1), numbered(2 * MIB, 2)];

      it('is the new one for whoever asks afterwards', async () => {
        await put(before);
        await put(after);
        expectSame(await get(), after);
        expect(await collect(backend.list('photos'))).toHaveLength(1);
      });

      it('stays whole, or fails, for a reader that began before', async () => {
        await put(before);
        const reader = await backend.get('photos', 'a/b');
        const iterator = reader[Symbol.asyncIterator]();
        const first = (await iterator.next()).value as Buffer;
        await put(after);
        const rest = await collect(iterator).catch(() => null);
        if (rest !== null) expectSame(Buffer.concat([first, ...(rest as Buffer[])]), before);
        else expectSame(first, before.subarray(0, first.length));
      });

      it('stays the old one until the new one is whole', async () => {
        await put(before);
        let meanwhile = Buffer.alloc(0);
        async function* watched(): AsyncGenerator<Uint8Array> {
          yield* inChunks(after.subarray(0, MIB));
          meanwhile = await get();
          yield* inChunks(after.subarray(MIB));
        }
        await backend.put('photos', 'a/b', watched());
        expectSame(meanwhile, before);
        expectSame(await get(), after);
      });

      it('stays the old one when the new one fails', async () => {
        await put(before);
        await expect(backend.put('photos', 'a/b', failing(after, new Error('gone')))).rejects.toThrow('gone');
        expectSame(await get(), before);
      });

      it('is one of the candidates, whole, when several are put at once', async () => {
        const candidates = Array.from({ length: 8 }, (_, index) => numbered((index + 1) * 50 * KIB, index));
        await Promise.all(candidates.map((bytes) => put(bytes)));
        const winner = await get();
        expect(candidates.filter((candidate) => candidate.equals(winner))).toHaveLength(1);
        expect(await collect(backend.list('photos'))).toHaveLength(1);
      });
    });

    describe('a put that fails', () => {
      const mistake = new Error('the client went away');

      it.each([0, 1000, 300 * KIB, 2 * MIB])(
        'rejects with what its body threw after %d bytes, and keeps nothing',
        async (length) => {
          const body = failing(numbered(length), mistake);
          await expect(backend.put('photos', 'a/b', body)).rejects.toBe(mistake);
          await expectNothingKept();
        },
      );

      it.each([
        ['longer', 0, 1],
        ['shorter', 1, 0],
        ['longer', 100, 101],
        ['shorter', 100, 99],
        ['longer', 2 * MIB, 2 * MIB + 1],
        ['shorter', 2 * MIB, 2 * MIB - 1],
      ])('because its body is %s than the %d bytes announced keeps nothing', async (_what, size, length) => {
        await expect(put(numbered(length), { size })).rejects.toThrow(Error);
        await expectNothingKept();
      });

      it('lets go of a body that it does not read to the end', async () => {
        let released = false;
        async function* endless(): AsyncGenerator<Uint8Array> {
          try {
            for (;;) yield numbered(KIB);
          } finally {
            released = true;
          }
        }
        await expect(backend.put('photos', 'a/b', endless(), { size: 100 * KIB })).rejects.toThrow(Error);
        await expect.poll(() => released).toBe(true);
      });

      it('because it was aborted before keeps nothing', async () => {
        await expect(put(numbered(100), { signal: AbortSignal.abort(mistake) })).rejects.toBe(mistake);
        await expectNothingKept();
      });

      it.each([0, 1000, 300 * KIB, 2 * MIB])(
        'because it was aborted after %d bytes, while its body keeps silent, keeps nothing',
        async (length) => {
          const abort = new AbortController();
          async function* silent(): AsyncGenerator<Uint8Array> {
            yield* inChunks(numbered(length));
            abort.abort(mistake);
            await new Promise(() => undefined);
          }
          const aborted = backend.put('photos', 'a/b', silent(), { signal: abort.signal });
          await expect(aborted).rejects.toBe(mistake);
          await expectNothingKept();
        },
      );

      it('because it was aborted with the last byte keeps nothing', async () => {
        const abort = new AbortController();
        async function* body(): AsyncGenerator<Uint8Array> {
          yield numbered(1000);
          abort.abort(mistake);
        }
        const aborted = backend.put('photos', 'a/b', body(), { size: 1000, signal: abort.signal });
        await expect(aborted).rejects.toBe(mistake);
        await expectNothingKept();
      });
    });

    describe('a missing object', () => {
      it.each([undefined, { start: 0, end: 0 }])(
        'is refused before get resolves, with range %j',
        async (range) => {
          await expect(backend.get('photos', 'a/b', range)).rejects.toThrow(ObjectNotFoundError);
          await put(numbered(10), {}, 'a/c');
          await expect(backend.get('photos', 'a/b', range)).rejects.toThrow(ObjectNotFoundError);
          await expect(backend.get('photos', 'a', range)).rejects.toThrow(ObjectNotFoundError);
        },
      );

      it('can be deleted, asked for and listed', async () => {
        await backend.delete('photos', 'a/b');
        await expectNothingKept();
      });

      it('is what a deleted one becomes, however often it is deleted', async () => {
        await put(numbered(10));
        expect(await backend.exists('photos', 'a/b')).toBe(true);
        await backend.delete('photos', 'a/b');
        await expectNothingKept();
        await backend.delete('photos', 'a/b');
      });
    });

    describe('a reader', () => {
      it('that is destroyed ends at once, read from or not, and disturbs nobody', async () => {
        const bytes = numbered(2 * MIB);
        await put(bytes);
        for (let count = 0; count < 40; count += 1) {
          const reader = await backend.get('photos', 'a/b');
          if (count % 2 === 0) await reader[Symbol.asyncIterator]().next();
          const closed = finished(reader).catch(() => undefined);
          reader.destroy();
          await closed;
          expect(reader.destroyed).toBe(true);
        }
        expectSame(await get(), bytes);
      });

      it('shares the object with others', async () => {
        const bytes = numbered(MIB);
        await put(bytes);
        for (const read of await Promise.all([get(), get(), get(), get()])) expectSame(read, bytes);
      });
    });

    describe('a list', () => {
      it('holds every object of its bucket and no other', async () => {
        const keys = ['b', 'c-1_x.bin', '0190aa/0190aa-1', '0190aa/0190aa-2', '0190ab/0190ab-1'];
        for (const key of keys) await put(numbered(10), {}, key);
        await backend.put('photo', 'a/theirs', inChunks(numbered(1)));
        await backend.put('photos2', 'a/theirs', inChunks(numbered(1)));
        const listed = await collect(backend.list('photos'));
        expect(listed.map(({ key }) => key).sort()).toEqual(keys.sort());
        expect(listed.every(({ size }) => size >= 0)).toBe(true);
        expect(await collect(backend.list('photo'))).toMatchObject([{ key: 'a/theirs' }]);
      });

      it('of a bucket never written to is empty', async () => {
        expect(await collect(backend.list('photos'))).toEqual([]);
      });

      it('tells when each object was stored', async () => {
        const earliest = Date.now() - 2_000; // a backend's clock may count whole seconds
        await put(numbered(10));
        const [listed] = await collect(backend.list('photos'));
        const stat = await backend.stat('photos', 'a/b');
        for (const modifiedAt of [listed?.modifiedAt, stat?.modifiedAt]) {
          expect(modifiedAt).toBeGreaterThan(earliest);
          expect(modifiedAt).toBeLessThan(Date.now() + 2_000);
        }
      });

      it('may be left early', async () => {
        for (const key of ['a', 'b', 'c/d', 'c/e']) await put(numbered(10), {}, key);
        for await (const { size } of backend.list('photos')) {
          expect(size).toBeGreaterThan(0);
          break;
        }
        expect(await collect(backend.list('photos'))).toHaveLength(4);
      });
    });

    it('keeps buckets apart', async () => {
      await backend.put('photos', 'a/b', inChunks(numbered(10, 1)));
      await backend.put('papers', 'a/b', inChunks(numbered(10, 2)));
      await backend.delete('papers', 'a/b');
      expectSame(await get(), numbered(10, 1));
      expect(await backend.exists('papers', 'a/b')).toBe(false);
    });

    describe('an unsafe name', () => {
      it.each(UNSAFE_NAMES)('is refused by every method: bucket %j, key %j', async (bucket, key) => {
        const calls: readonly Promise<unknown>[] = [
          backend.put(bucket, key, inChunks(numbered(10))),
          backend.link(bucket, key, import.meta.filename),
          backend.get(bucket, key),
          backend.get(bucket, key, { start: 0, end: 0 }),
          backend.delete(bucket, key),
          backend.exists(bucket, key),
          backend.stat(bucket, key),
        ];
        for (const result of await Promise.allSettled(calls)) {
          expect(result).toMatchObject({ status: 'rejected', reason: expect.any(UnsafeKeyError) as unknown });
        }
      });

      it.each(UNSAFE_BUCKETS)('is refused by list: bucket %j', async (bucket) => {
        await expect(collect(backend.list(bucket))).rejects.toThrow(UnsafeKeyError);
      });
    });

    describe('a local file', () => {
      let folder: TempFolder;
      let path: string;
      const bytes = numbered(100 * KIB);

      beforeEach(async () => {
        folder = makeTempFolder();
        path = join(folder.path, 'staged');
        await writeFile(path, bytes);
      });

      afterEach(() => folder.remove());

      if (links) {
        it('becomes an object by a link, and stays where it is', async () => {
          expect(await backend.link('photos', 'a/b', path)).toBe(true);
          expectSame(await get(), bytes);
          expect(await collect(backend.list('photos'))).toMatchObject([{ key: 'a/b', size: bytes.length }]);
          await backend.delete('photos', 'a/b');
          expectSame(await readFile(path), bytes);
          await expectNothingKept();
        });

        it('replaces an object, itself too', async () => {
          await put(numbered(10));
          expect(await backend.link('photos', 'a/b', path)).toBe(true);
          expect(await backend.link('photos', 'a/b', path)).toBe(true);
          expectSame(await get(), bytes);
          expect(await backend.removeAbandoned(tomorrow())).toBe(0);
        });
      } else {
        it('cannot become an object by a link: then nothing is stored', async () => {
          expect(await backend.link('photos', 'a/b', path)).toBe(false);
          await expectNothingKept();
        });
      }
    });

    it('answers a ping', async () => {
      await backend.ping();
    });

    it('keeps finished objects when what was abandoned is removed', async () => {
      await put(numbered(10));
      expect(await backend.countAbandoned(tomorrow())).toBe(0);
      expect(await backend.removeAbandoned(tomorrow())).toBe(0);
      expectSame(await get(), numbered(10));
    });
  });
}

const UNSAFE_BUCKETS = [
  '',
  '.',
  '..',
  '.alyx-tmp',
  '/etc',
  'a/b',
  '../photos',
  'Photos',
  '-photos',
  'photos\0',
  'photos\n',
  'pho\\tos',
  'phötos',
  'p'.repeat(64),
];

const UNSAFE_KEYS = [
  '',
  '.',
  '..',
  '../b',
  'a/..',
  'a/../b',
  '/a',
  'a/',
  'a//b',
  'a/b/c',
  '.alyx-tmp',
  '.alyx-tmp/b',
  'a/.b',
  'a\0',
  'a\n',
  'a\\b',
  'a b',
  'ä',
  '%2e%2e',
  'C:',
  'a'.repeat(129),
];

const UNSAFE_NAMES = [
  ...UNSAFE_BUCKETS.map((bucket) => [bucket, 'a/b'] as const),
  ...UNSAFE_KEYS.map((key) => ['photos', key] as const),
];

/** Bytes that tell where they belong and, by `seed`, whose they are; they shrink well in a compressing view. */
function numbered(size: number, seed = 0): Buffer {
  const words = new Uint32Array(Math.ceil(size / 4)).map((_, index) => index + seed * 2 ** 24);
  return Buffer.from(words.buffer, 0, size);
}

/** Not toEqual: that takes seconds for megabytes, and prints them. */
function expectSame(actual: Buffer, expected: Uint8Array): void {
  expect(actual.length).toBe(expected.length);
  expect(actual.equals(expected)).toBe(true);
}

async function* chunks(...all: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* all;
}

async function* failing(bytes: Uint8Array, error: Error): AsyncGenerator<Uint8Array> {
  yield* inChunks(bytes);
  throw error;
}

function tomorrow(): number {
  return Date.now() + 24 * 60 * 60 * 1000;
}
