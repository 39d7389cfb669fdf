import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StoredFile } from '../../src/files/stored-file.ts';
import { migrateFiles, type MigrateOptions } from '../../src/operations/migrate-files.ts';
import { collect } from '../support/collect.ts';
import { HttpRelay } from '../support/http-relay.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';
import { openTestStorage, type TestStorage } from '../support/test-storage.ts';

const LOCAL = `{ local: { type: filesystem, path: ./a }, other: { type: filesystem, path: ./b } }`;
const MIB = 2 ** 20;
const text = Buffer.from('to be stored in blocks and read again. '.repeat(80_000));

let storage: TestStorage;
let complaints: string[];

function migrate(options: Partial<MigrateOptions> = {}) {
  const log = { warn: (_context: object, message: string) => void complaints.push(message) };
  return migrateFiles(storage, { to: 'other', drain: 0, log, ...options });
}

async function objects(backend: string): Promise<string[]> {
  const listed = await collect(storage.backends.get(backend).list('photos'));
  return listed.map(({ key }) => key);
}

async function expectNothingPending(): Promise<void> {
  const rows = storage.database.prepare(
    `SELECT * FROM _alyx_pending_objects WHERE state = 'deleting' OR owner = 'migrate'`,
  );
  // A deleted object's note goes in the background.
  await expect.poll(() => rows.all()).toEqual([]);
}

beforeEach(() => {
  complaints = [];
});

afterEach(() => storage.dispose());

describe('a migration between two folders', () => {
  beforeEach(async () => {
    storage = await openTestStorage(LOCAL);
  });

  it('moves every file as it lies, whatever its codec, and leaves nothing behind', async () => {
    const files = [
      await storage.add({ bytes: randomBytes(3 * MIB) }),
      await storage.add({ bytes: Buffer.alloc(0) }),
      await storage.add({ bytes: text, codec: 'gzip' }),
      await storage.add({ bytes: text, codec: 'zstd', bucket: 'papers' }),
    ];
    const contents = await Promise.all(files.map((file) => storage.content(file)));
    const summary = await migrate();
    const bytes = files.reduce((sum, { storedSize }) => sum + storedSize, 0);
    expect(summary).toEqual({ files: 4, bytes, deleted: 0, failures: [], left: 0, interrupted: false });
    for (const [index, file] of files.entries()) {
      const moved = await storage.files.find(file.id);
      expect(moved).toEqual({ ...file, backend: 'other', objectKey: moved?.objectKey });
      expect(moved?.objectKey).not.toBe(file.objectKey);
      expect((await storage.content(file)).equals(contents[index] ?? Buffer.alloc(0))).toBe(true);
    }
    expect(await objects('local')).toEqual([]);
    expect(await objects('other')).toHaveLength(3);
    await expectNothingPending();
  });

  it('moves one bucket only, when asked to', async () => {
    const photo = await storage.add({ bytes: text });
    const paper = await storage.add({ bytes: text, bucket: 'papers' });
    expect(await migrate({ bucket: 'papers' })).toMatchObject({ files: 1, left: 0 });
    expect(await storage.files.find(photo.id)).toEqual(photo);
    expect(await storage.files.find(paper.id)).toMatchObject({ backend: 'other' });
  });

  it('moves back what it moved, and has nothing to do for what is there', async () => {
    const file = await storage.add({ bytes: text });
    await migrate();
    expect(await migrate()).toMatchObject({ files: 0 });
    expect(await migrate({ to: 'local' })).toMatchObject({ files: 1 });
    expect((await storage.content(file)).equals(text)).toBe(true);
    expect(await objects('other')).toEqual([]);
  });

  it('moves more files than fit a page', async () => {
    for (let count = 0; count < 250; count += 1) await storage.add({ bytes: Buffer.from(`file ${count}`) });
    expect(await migrate()).toMatchObject({ files: 250, left: 0, failures: [] });
    expect(await objects('local')).toEqual([]);
  });

  it('lets a file go that is deleted while it is copied, copy and all', async () => {
    const file = await storage.add({ bytes: text });
    const summary = await migrate({ onBytes: () => void storage.files.delete(file, Date.now()) });
    expect(summary).toMatchObject({ files: 0, deleted: 1, failures: [] });
    expect(await storage.files.find(file.id)).toBeNull();
    expect(await objects('other')).toEqual([]);
  });

  it('keeps what is changed in a row while its bytes are copied', async () => {
    const file = await storage.add({ bytes: text });
    const changes = { name: 'new', path: 'new', metadata: { a: 1 } };
    await migrate({ onBytes: () => void storage.files.update(file.id, 1, changes, 5) });
    expect(await storage.files.find(file.id)).toMatchObject({ ...changes, backend: 'other', version: 2 });
  });

  it('orders the bytes to be deleted where they lie by now, for one who read the row before', async () => {
    const file = await storage.add({ bytes: text });
    await migrate();
    const moved = await storage.files.find(file.id);
    const { backend, bucket, objectKey } = moved as StoredFile;
    expect(await storage.files.delete(file, Date.now())).toEqual({ backend, bucket, objectKey });
  });

  it.each([
    ['bytes that are altered', (path: string) => writeFile(path, 'x'.repeat(text.length)), /SHA-256/],
    ['bytes that are cut short', (path: string) => writeFile(path, 'short'), /5 bytes are stored instead of/],
    ['no bytes', (path: string) => rm(path), /its bytes are missing/],
  ])('leaves a file with %s where it is, says so, and moves the others', async (_what, damage, reason) => {
    const damaged = await storage.add({ bytes: text, path: 'damaged' });
    const sound = await storage.add({ bytes: text });
    await damage(storage.pathOf(damaged));
    expect(await migrate()).toMatchObject({
      files: 1,
      left: 1,
      failures: [
        {
          id: damaged.id,
          path: 'damaged',
          backend: 'local',
          reason: expect.stringMatching(reason) as string,
        },
      ],
    });
    expect(await storage.files.find(damaged.id)).toEqual(damaged);
    expect((await storage.content(sound)).equals(text)).toBe(true);
    expect(await objects('other')).toHaveLength(1);
  });

  it('leaves compressed bytes that cannot be decoded where they are', async () => {
    const file = await storage.add({ bytes: text, codec: 'zstd' });
    await writeFile(storage.pathOf(file), Buffer.alloc(file.storedSize, 1));
    const [failure] = (await migrate()).failures;
    expect(failure?.reason).toContain('cannot be read');
    expect(await objects('other')).toEqual([]);
  });

  it('stops when told to, and goes on the next time', async () => {
    const files = await Promise.all([1, 2, 3].map(() => storage.add({ bytes: randomBytes(2 * MIB) })));
    const stop = new AbortController();
    const stopped = await migrate({ signal: stop.signal, onBytes: () => stop.abort() });
    expect(stopped).toMatchObject({ files: 0, left: 3, interrupted: true });
    expect(await objects('other')).toEqual([]);
    expect(await objects('local')).toHaveLength(3);
    await expectNothingPending();
    expect(await migrate()).toMatchObject({ files: 3, left: 0 });
    expect(await Promise.all(files.map(async ({ id }) => (await storage.files.find(id))?.backend))).toEqual([
      'other',
      'other',
      'other',
    ]);
  });

  it('leaves what came after its start for the next run, and says how much that is', async () => {
    await storage.add({ bytes: text });
    await storage.add({ bytes: text, createdAt: Date.now() + 60_000 });
    expect(await migrate()).toMatchObject({ files: 1, left: 1 });
  });
});

describe('a migration with S3', () => {
  let server: S3Server;
  let relay: HttpRelay;
  let bucket: string;

  beforeAll(async () => {
    server = await startS3Server();
  });

  afterAll(() => server.stop());

  beforeEach(async () => {
    bucket = await server.createBucket();
    relay = await HttpRelay.start(server.endpoint);
    const { accessKey, secretKey, region } = server.config(bucket);
    storage =
      await openTestStorage(`{ local: { type: filesystem, path: ./a }, other: { type: s3, region: ${region},
      endpoint: "${relay.url}", bucket: ${bucket}, access_key: ${String(accessKey)}, secret_key: ${String(secretKey)},
      force_path_style: true } }`);
  });

  afterEach(() => relay.stop());

  it('moves files there and back', async () => {
    const bytes = randomBytes(20 * MIB);
    const large = await storage.add({ bytes });
    const small = await storage.add({ bytes: text, codec: 'gzip' });
    expect(await migrate()).toMatchObject({ files: 2, left: 0 });
    expect(await objects('local')).toEqual([]);
    expect((await storage.content(large)).equals(bytes)).toBe(true);
    expect((await storage.content(small)).equals(text)).toBe(true);
    expect(await migrate({ to: 'local' })).toMatchObject({ files: 2, left: 0 });
    expect((await storage.content(large)).equals(bytes)).toBe(true);
    expect((await storage.content(small)).equals(text)).toBe(true);
    await server.expectEmpty(bucket);
  });

  it('keeps the old copies there for readers who have begun, as long as asked to', async () => {
    await storage.add({ bytes: text });
    await migrate();
    const seen: number[] = [];
    await migrate({
      to: 'local',
      drain: 600,
      onFile: () => void objects('other').then((keys) => seen.push(keys.length)),
    });
    expect(seen).toEqual([1]);
    await server.expectEmpty(bucket);
  });

  it('stops with a plain word when S3 cannot be reached, and goes on when it can', async () => {
    const bytes = randomBytes(20 * MIB);
    const file = await storage.add({ bytes });
    await relay.stop();
    await expect(migrate()).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('refused') as string,
    });
    expect((await storage.content(file)).equals(bytes)).toBe(true);
    await relay.resume();
    expect(await migrate()).toMatchObject({ files: 1, left: 0 });
    expect((await storage.content(file)).equals(bytes)).toBe(true);
    expect(await objects('other')).toHaveLength(1);
    await expectNothingPending();
  });
});
