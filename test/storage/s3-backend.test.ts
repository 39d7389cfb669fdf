import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/storage/backend.ts';
import { openS3Backend } from '../../src/storage/s3-backend.ts';
import { WrongSizeError } from '../../src/storage/s3-parts.ts';
import { inChunks } from '../support/bodies.ts';
import { collect } from '../support/collect.ts';
import { HttpRelay } from '../support/http-relay.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';

const MIB = 2 ** 20;

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

describe('a body', () => {
  it.each([
    ['of 40 MiB and unknown size', 40 * MIB + 1, undefined],
    ['of 40 MiB and known size', 40 * MIB + 1, 40 * MIB + 1],
    ['of exactly one part', 8 * MIB, 8 * MIB],
    ['of exactly two parts', 16 * MIB, undefined],
    ['one byte short of a part', 8 * MIB - 1, undefined],
    ['of nothing', 0, undefined],
  ])('%s comes back as it went in', async (_what, length, size) => {
    const bytes = randomBytes(length);
    const stored = await backend.put('photos', 'a/b', inChunks(bytes), size === undefined ? {} : { size });
    expect(stored).toEqual({ size: length });
    expect((await buffer(await backend.get('photos', 'a/b'))).equals(bytes)).toBe(true);
    expect(await backend.stat('photos', 'a/b')).toMatchObject({ key: 'a/b', size: length });
    await backend.delete('photos', 'a/b');
    await server.expectEmpty(bucket);
  });

  it('of one part whose size is known goes in one request', async () => {
    const asked: (string | undefined)[] = [];
    relay.intercept = ({ method }) => {
      asked.push(method);
      return false;
    };
    await backend.put('photos', 'a/b', inChunks(Buffer.alloc(8 * MIB)), { size: 8 * MIB });
    expect(asked).toEqual(['PUT']);
  });

  it('comes back as it went in when it was put where another has just been', async () => {
    const bodies = Array.from({ length: 6 }, (_, n) => randomBytes((3 + 4 * n) * MIB));
    const put = async (bytes: Buffer, n: number): Promise<void> => {
      await backend.put('photos', `a/${n}`, inChunks(bytes));
      expect((await buffer(await backend.get('photos', `a/${n}`))).equals(bytes)).toBe(true);
    };
    for (const round of [bodies, bodies.toReversed()]) await Promise.all(round.map(put));
  });

  it('goes in and out with the checksums that the SDK adds on request', async () => {
    const checked = await openS3Backend(
      'main',
      server.config(bucket, { requestChecksums: 'when_supported', responseChecksums: 'when_supported' }),
    );
    const bytes = randomBytes(17 * MIB);
    for (const [key, sent] of [
      ['a/large', bytes],
      ['a/small', bytes.subarray(0, 1000)],
    ] as const) {
      await checked.put('photos', key, inChunks(sent));
      expect((await buffer(await checked.get('photos', key))).equals(sent)).toBe(true);
    }
    await checked.close();
  });
});

describe('a put that fails', () => {
  const mistake = new Error('the client went away');

  async function* failingAfter(length: number): AsyncGenerator<Uint8Array> {
    yield* inChunks(Buffer.alloc(length));
    throw mistake;
  }

  async function* silentAfter(length: number, onSilence: () => void): AsyncGenerator<Uint8Array> {
    yield* inChunks(Buffer.alloc(length));
    onSilence();
    await new Promise(() => undefined);
  }

  it.each([0, 1000, 20 * MIB])(
    'throws what its body threw after %d bytes, and leaves nothing behind',
    async (length) => {
      await expect(backend.put('photos', 'a/b', failingAfter(length))).rejects.toBe(mistake);
      await server.expectEmpty(bucket);
    },
  );

  it.each([1000, 20 * MIB])(
    'ends at once when it is aborted after %d bytes though its body keeps silent, and leaves nothing behind',
    async (length) => {
      const abort = new AbortController();
      const body = silentAfter(length, () => abort.abort(mistake));
      await expect(backend.put('photos', 'a/b', body, { signal: abort.signal })).rejects.toBe(mistake);
      await server.expectEmpty(bucket);
    },
  );

  it('asks nothing of the server nor of the body when it was aborted before', async () => {
    let asked = 0;
    relay.intercept = () => {
      asked += 1;
      return false;
    };
    const signal = AbortSignal.abort(mistake);
    await expect(backend.put('photos', 'a/b', failingAfter(0), { signal })).rejects.toBe(mistake);
    expect(asked).toBe(0);
  });

  it.each([
    ['shorter', 100, 99],
    ['longer', 100, 101],
    ['longer, by one part', 8 * MIB, 8 * MIB + 1],
    ['shorter, in parts', 20 * MIB, 20 * MIB - 1],
    ['longer, in parts', 20 * MIB, 20 * MIB + 1],
  ])('refuses a body %s than announced, and leaves nothing behind', async (_what, size, length) => {
    const put = backend.put('photos', 'a/b', inChunks(Buffer.alloc(length)), { size });
    await expect(put).rejects.toThrow(WrongSizeError);
    await server.expectEmpty(bucket);
  });

  it.each(['partNumber=1&', 'partNumber=3&'])(
    'leaves nothing behind when the server refuses %s, and lets go of its body',
    async (part) => {
      relay.intercept = ({ method, url }, response) => {
        if (method !== 'PUT' || url?.includes(part) !== true) return false;
        response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>');
        return true;
      };
      let released = false;
      const endless = async function* (): AsyncGenerator<Uint8Array> {
        try {
          for (;;) yield Buffer.alloc(MIB);
        } finally {
          released = true;
        }
      };
      await expect(backend.put('photos', 'a/b', endless())).rejects.toMatchObject({
        code: 'BACKEND_UNAVAILABLE',
      });
      expect(released).toBe(true);
      await server.expectEmpty(bucket);
    },
  );

  it('leaves nothing behind when the server cannot complete it', async () => {
    relay.intercept = ({ method, url }, response) => {
      if (method !== 'POST' || url?.includes('uploadId=') !== true) return false;
      response.end('<Error><Code>InternalError</Code><Message>later</Message></Error>');
      return true;
    };
    const put = backend.put('photos', 'a/b', inChunks(Buffer.alloc(20 * MIB)));
    await expect(put).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    await server.expectEmpty(bucket);
  });

  it('is tried again by itself when the server is busy for a moment', async () => {
    let refusals = 0;
    relay.intercept = ({ method, url }, response) => {
      if (method !== 'PUT' || url?.includes('partNumber=2&') !== true || refusals === 2) return false;
      refusals += 1;
      response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
      return true;
    };
    const bytes = randomBytes(20 * MIB);
    await backend.put('photos', 'a/b', inChunks(bytes));
    expect(refusals).toBe(2);
    expect((await buffer(await backend.get('photos', 'a/b'))).equals(bytes)).toBe(true);
  });
});

describe('the S3 bucket', () => {
  it.each([
    ['prod', 'prod/photos/a/b'],
    ['teams/red', 'teams/red/photos/a/b'],
    [null, 'photos/a/b'],
  ])('holds with bucket_prefix %s an object as %s', async (bucketPrefix, s3Key) => {
    const prefixed = await openS3Backend('main', server.config(bucket, { bucketPrefix }));
    await prefixed.put('photos', 'a/b', inChunks(Buffer.from('hello')));
    const { Contents = [] } = await server.client.listObjectsV2({ Bucket: bucket });
    expect(Contents.map(({ Key }) => Key)).toEqual([s3Key]);
    expect(await collect(prefixed.list('photos'))).toMatchObject([{ key: 'a/b', size: 5 }]);
    expect(await collect(prefixed.list('photo'))).toEqual([]);
    await prefixed.close();
  });

  it('may hold what others put there: Alyx does not list it', async () => {
    for (const Key of ['photos/', 'photos/a/b/c/d', 'photos/ä', 'photos']) {
      await server.client.putObject({ Bucket: bucket, Key, Body: 'theirs' });
    }
    await backend.put('photos', 'a/b', inChunks(Buffer.from('ours')));
    expect(await collect(backend.list('photos'))).toMatchObject([{ key: 'a/b' }]);
  });

  it('is listed over all its pages', async () => {
    const keys = Array.from({ length: 1_050 }, (_, index) => `a/${index}`);
    await Promise.all(
      keys.map((key) => server.client.putObject({ Bucket: bucket, Key: `photos/${key}`, Body: 'x' })),
    );
    const listed = await collect(backend.list('photos'));
    expect(new Set(listed.map(({ key }) => key))).toEqual(new Set(keys));
  });
});

describe('a download', () => {
  const bytes = randomBytes(8 * MIB);

  beforeEach(async () => {
    await server.client.putObject({ Bucket: bucket, Key: 'photos/a/b', Body: bytes });
  });

  it('frees its connection when it is destroyed', async () => {
    const download = await backend.get('photos', 'a/b');
    await download[Symbol.asyncIterator]().next();
    expect(relay.connections).toBe(1);
    download.destroy();
    await expect.poll(() => relay.connections).toBe(0);
  });

  it('that nobody reads and that is destroyed never starves the next one', async () => {
    for (let count = 0; count < 150; count += 1) (await backend.get('photos', 'a/b')).destroy();
    expect(await buffer(await backend.get('photos', 'a/b', { start: 5, end: 9 }))).toEqual(
      bytes.subarray(5, 10),
    );
  });
});
