import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileOf, openBucket, put, refusal, store, type FileJson } from '../support/files-api.ts';
import { expectNothingLeft, leftovers } from '../support/leftovers.ts';
import { lacks } from '../support/machine.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { startApp, type TestApp } from '../support/test-app.ts';
import { begin, offsetOf, patch, sha256 } from '../support/tus.ts';

const MIB = 2 ** 20;
const NO_DISKS = lacks('disks that are full or read-only', 'mount');

let folder: TempFolder;
let app: TestApp;
let mounts: string[];

beforeEach(() => {
  folder = makeTempFolder();
  mounts = [];
});

afterEach(async () => {
  await app.dispose();
  for (const mount of mounts) execFileSync('umount', [mount]);
  folder.remove();
});

/** A disk of its own, of so many bytes, in the place of a folder below `data`. */
function mountDisk(name: string, size: number): string {
  const path = join(folder.path, 'data', name);
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'alyx-test', path]);
  mounts.push(path);
  return path;
}

const remount = (path: string, how: 'ro' | 'rw') => execFileSync('mount', ['-o', `remount,${how}`, path]);

const start = async (settings = '') =>
  void (app = await startApp({ schema: openBucket(settings), folder: folder.path }));

const big = (size: number) => new Uint8Array(randomBytes(size));

async function expectSound({ id, checksum }: FileJson): Promise<void> {
  const answer = await app.request(`/api/files/docs/${id}/download`);
  expect(sha256(Buffer.from(await answer.arrayBuffer()))).toBe(checksum);
}

describe.skipIf(NO_DISKS)('a disk for files that is full', () => {
  it.each(['', 'compression: gzip'])(
    'is told as 507, and nothing of the upload stays (%s)',
    async (settings) => {
      mountDisk('storage', 4 * MIB);
      await start(settings);
      const kept = await store(app, 'docs', 'kept.bin', big(MIB));
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const answer = await refusal(await put(app, 'docs', `big-${attempt}.bin`, big(6 * MIB)));
        expect(answer).toMatchObject({ status: 507, code: 'STORAGE_FULL' });
      }
      await expectSound(kept);
      expect((await app.request(`/api/files/docs/${kept.id}`, { method: 'DELETE' })).status).toBe(204);
      await expectNothingLeft(app);
      // It is well again by itself: what fits is taken.
      await expectSound(await store(app, 'docs', 'fits.bin', big(3 * MIB)));
    },
  );
});

describe.skipIf(NO_DISKS)('a disk for resumable uploads that is full', () => {
  it('is told as 507, keeps the offset true, and the upload goes on when there is room', async () => {
    const disk = mountDisk('uploads', 2 * MIB);
    await start();
    const content = randomBytes(3 * MIB);
    const path = await begin(app, content.length);
    expect((await patch(app, path, 0, new Uint8Array(content.subarray(0, MIB)))).status).toBe(204);
    const answer = await refusal(await patch(app, path, MIB, new Uint8Array(content.subarray(MIB))));
    expect(answer).toMatchObject({ status: 507, code: 'STORAGE_FULL' });
    const offset = await offsetOf(app, path);
    expect(offset).toBeGreaterThanOrEqual(MIB);
    execFileSync('mount', ['-o', `remount,size=${8 * MIB}`, disk]);
    const rest = await patch(app, path, offset, new Uint8Array(content.subarray(offset)));
    expect(rest.status).toBe(204);
    const id = rest.headers.get('alyx-file-id') ?? '';
    await expectSound(await fileOf(await app.request(`/api/files/docs/${id}`)));
  });
});

describe.skipIf(NO_DISKS)('a disk that is mounted read-only', () => {
  it('is told as 503 with a time to try again, still serves, and is well again when it can be written', async () => {
    const disk = mountDisk('storage', 8 * MIB);
    await start();
    const kept = await store(app, 'docs', 'kept.bin', big(1000));
    remount(disk, 'ro');
    const answer = await put(app, 'docs', 'new.bin', big(1000));
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await refusal(answer)).toMatchObject({ status: 503, code: 'BACKEND_UNAVAILABLE' });
    await expectSound(kept);
    // The row goes; its bytes wait until they can.
    expect((await app.request(`/api/files/docs/${kept.id}`, { method: 'DELETE' })).status).toBe(204);
    remount(disk, 'rw');
    await app.app.cleanup.run();
    await expectNothingLeft(app);
    await expectSound(await store(app, 'docs', 'new.bin', big(1000)));
  });
});

describe('a database', () => {
  it('that somebody else has locked is told as 503, and the same upload is taken afterwards', async () => {
    await start();
    // The places for new objects are noted in advance; this takes what it needs.
    await store(app, 'docs', 'first.txt', 'x');
    const other = new BetterSqlite3(join(folder.path, 'data/alyx.db'));
    other.exec('BEGIN IMMEDIATE');
    const answer = await put(app, 'docs', 'a.txt', 'some text');
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await refusal(answer)).toMatchObject({ status: 503, code: 'BACKEND_UNAVAILABLE' });
    other.exec('ROLLBACK');
    other.close();
    const taken = await store(app, 'docs', 'a.txt', 'some text');
    await expectSound(taken);
    // What was refused has left no bytes, although the order to delete them had to wait too.
    await vi.waitFor(async () => expect((await leftovers(app)).objects).toHaveLength(2), { timeout: 10_000 });
  });

  it.skipIf(NO_DISKS)(
    'whose disk is full is told as 507, and is sound when there is room again',
    async () => {
      const disk = mountDisk('.', MIB);
      await start();
      const kept = await store(app, 'docs', 'kept.txt', 'some text');
      const answers = new Set<number>();
      for (let n = 0; n < 400 && !answers.has(507); n += 1) {
        answers.add((await put(app, 'docs', `${n}.txt`, 'x'.repeat(20_000))).status);
      }
      expect([...answers]).toEqual([201, 507]);
      expect((await put(app, 'docs', 'one-more.txt', 'x'.repeat(20_000))).status).toBe(507);
      await expectSound(kept);
      execFileSync('mount', ['-o', `remount,size=${16 * MIB}`, disk]);
      await expectSound(await store(app, 'docs', 'after.txt', 'some text'));
      await app.app.cleanup.run();
      const { objects, rows, doomed } = await leftovers(app);
      expect([objects.length, doomed]).toEqual([rows, 0]);
      const database = new BetterSqlite3(join(folder.path, 'data/alyx.db'), { readonly: true });
      expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
      database.close();
    },
  );
});
