import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/storage/backend.ts';
import { ObjectNotFoundError } from '../../src/storage/backend.ts';
import { openS3Backend } from '../../src/storage/s3-backend.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';

const MIB = 2 ** 20;

let server: S3Server;
let bucket: string;
let backend: Backend;

beforeAll(async () => {
  server = await startS3Server();
});

afterAll(() => server.stop());

beforeEach(async () => {
  bucket = await server.createBucket();
  backend = await openS3Backend('main', server.config(bucket));
});

afterEach(() => backend.close());

async function* inChunks(bytes: Buffer, size = 64 * 1024): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

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
});

it('a missing object is missing', async () => {
  await expect(backend.get('photos', 'a/b')).rejects.toThrow(ObjectNotFoundError);
  expect(await backend.stat('photos', 'a/b')).toBeNull();
  await backend.delete('photos', 'a/b');
  await backend.ping();
});
