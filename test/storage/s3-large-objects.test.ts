import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/storage/backend.ts';
import { openS3Backend } from '../../src/storage/s3-backend.ts';
import { HttpRelay } from '../support/http-relay.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';

const MIB = 2 ** 20;
const SIZE = 120 * MIB + 12_345;
const PIECE = 256 * 1024;

/** Bytes that tell where they belong, never all in memory; `at` is told how many have gone out. */
async function* large(at: (sent: number) => void | Promise<void> = () => undefined): AsyncGenerator<Buffer> {
  for (let sent = 0; sent < SIZE; sent += PIECE) {
    await at(sent);
    yield piece(sent);
  }
}

function piece(start: number): Buffer {
  const words = new Uint32Array(PIECE / 4).map((_, index) => start / 4 + index);
  return Buffer.from(words.buffer).subarray(0, Math.min(PIECE, SIZE - start));
}

async function digest(bytes: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest('hex');
}

// In CI, on Ceph: the server that `make test` brings keeps everything in this process's memory.
describe.runIf(process.env.ALYX_TEST_S3_ENDPOINT !== undefined)(
  'an object of more than 100 MiB',
  { timeout: 120_000 },
  () => {
    let server: S3Server;
    let relay: HttpRelay;
    let bucket: string;
    let backend: Backend;

    beforeAll(async () => {
      server = await startS3Server();
    });

    afterAll(() => server.stop());

    beforeEach(async () => {
      bucket = await server.createBucket();
      relay = await HttpRelay.start(server.endpoint);
      backend = await openS3Backend('main', server.config(bucket, { endpoint: relay.url }));
    });

    afterEach(async () => {
      await backend.close();
      await relay.stop();
    });

    const stored = async (range?: { start: number; end: number }) =>
      digest((await backend.get('photos', 'a/b', range)) as AsyncIterable<Buffer>);

    it('comes back as it went in, late ranges too', async () => {
      await backend.put('photos', 'a/b', large(), { size: SIZE });
      expect(await stored()).toBe(await digest(large()));
      const last = Math.floor(SIZE / PIECE) * PIECE;
      const expected = createHash('sha256').update(piece(last)).digest('hex');
      expect(await stored({ start: last, end: SIZE - 1 })).toBe(expected);
      await backend.delete('photos', 'a/b');
      await server.expectEmpty(bucket);
    });

    it('gets over connections that are cut while parts go out', async () => {
      const cut = new Set<string>();
      relay.intercept = ({ method, url, socket }) => {
        const [, number] = /partNumber=(\d+)/.exec(url ?? '') ?? [];
        if (method !== 'PUT' || number === undefined || Number(number) % 5 !== 0) return false;
        if (cut.has(number)) return false;
        cut.add(number);
        socket.destroy();
        return true;
      };
      await backend.put('photos', 'a/b', large());
      expect(cut.size).toBe(3);
      expect(await stored()).toBe(await digest(large()));
    });

    it('fails in plain words when S3 goes away in the middle, leaves no part, and goes on when it is back', async () => {
      const put = backend.put(
        'photos',
        'a/b',
        large(async (sent) => {
          if (sent === 64 * MIB) await relay.stop();
        }),
      );
      await expect(put).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
      await relay.resume();
      expect(await backend.stat('photos', 'a/b')).toBeNull();
      // What could not be aborted while S3 was away is found, and removed, once it is back.
      await backend.removeAbandoned(Date.now() + 60_000);
      await backend.put('photos', 'a/b', large());
      expect(await stored()).toBe(await digest(large()));
    });

    it('fails a download whose connection is cut in the middle, and gives it whole afterwards', async () => {
      await backend.put('photos', 'a/b', large());
      const download = (await backend.get('photos', 'a/b')) as AsyncIterable<Buffer>;
      async function* cutInTheMiddle(): AsyncGenerator<Buffer> {
        let seen = 0;
        for await (const chunk of download) {
          if (seen < 50 * MIB && seen + chunk.length >= 50 * MIB) await relay.stop();
          seen += chunk.length;
          yield chunk;
        }
      }
      await expect(digest(cutInTheMiddle())).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
      await relay.resume();
      expect(await stored()).toBe(await digest(large()));
    });
  },
);
