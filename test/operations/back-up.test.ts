import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backUp, type BackupManifest } from '../../src/operations/back-up.ts';
import { BackupsRepository } from '../../src/operations/backups-repository.ts';
import { openStorage, type StorageAccess } from '../../src/operations/storage-access.ts';
import { list, openBucket, put, store, type FileJson } from '../support/files-api.ts';
import { filesBelow } from '../support/leftovers.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { startApp, type TestApp } from '../support/test-app.ts';
import { begin, sha256 } from '../support/tus.ts';

const SCHEMA = `${openBucket()}  packed: { backend: local, compression: zstd, rules: { create: "true", read: "true", download: "true" } }\n`;

let app: TestApp;
let restored: TestApp | undefined;
let temp: TempFolder;
let storage: StorageAccess;

beforeEach(async () => {
  temp = makeTempFolder();
  app = await startApp({ schema: SCHEMA });
  storage = await openStorage(app.config, Date.now);
});

afterEach(async () => {
  await storage.close();
  await app.dispose();
  await restored?.close();
  restored = undefined;
  temp.remove();
});

const backupPath = () => join(temp.path, 'backup');
const takeBackup = (copy = false) => backUp(storage, backupPath(), { copy });

/** A restore as the README has it: the folder's parts go where alyx.yml says that they are. */
async function restore(): Promise<TestApp> {
  const data = join(temp.path, 'restored/data');
  mkdirSync(data, { recursive: true });
  cpSync(join(backupPath(), 'alyx.db'), join(data, 'alyx.db'));
  cpSync(join(backupPath(), 'storage/local'), join(data, 'storage'), { recursive: true });
  return (restored = await startApp({ schema: SCHEMA, folder: join(temp.path, 'restored') }));
}

async function expectWhole(server: TestApp, { bucket, id, checksum }: FileJson): Promise<void> {
  const response = await server.request(`/api/files/${bucket}/${id}/download`);
  expect(response.status).toBe(200);
  expect(sha256(Buffer.from(await response.arrayBuffer()))).toBe(checksum);
}

const remove = (file: FileJson) => app.request(`/api/files/${file.bucket}/${file.id}`, { method: 'DELETE' });

describe('a backup beside a server that goes on working', () => {
  it('gives back, when restored, every file that was there when it began, and no unfinished upload', async () => {
    const before = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        store(app, n % 2 ? 'docs' : 'packed', `${n}.txt`, randomBytes(2000)),
      ),
    );
    await begin(app, 1000);
    const done = new AbortController();
    const added = (async () => {
      for (let n = 0; !done.signal.aborted; n += 1) {
        const file = await store(app, 'docs', `later-${n}.bin`, randomBytes(5000));
        if (n % 2 === 0) await remove(file);
      }
    })();
    const manifest = await takeBackup();
    done.abort();
    await added;

    const server = await restore();
    for (const file of before) await expectWhole(server, file);
    const files = [
      ...(await list(server, 'docs', '?limit=1000')).files,
      ...(await list(server, 'packed')).files,
    ];
    for (const file of files) await expectWhole(server, file);
    expect(manifest.backends['local']).toMatchObject({
      type: 'filesystem',
      files: files.length,
      missing: [],
    });
    expect(await server.app.uploads.uploads.count()).toBe(0);
  });

  it('keeps the bytes of what is deleted while it runs, and the cleanup takes them afterwards', async () => {
    const file = await store(app, 'docs', 'a.txt', 'to be kept');
    const backups = new BackupsRepository(storage.database);
    await backups.hold('one', 60_000);
    expect((await remove(file)).status).toBe(204);
    expect(filesBelow(join(app.folder, 'data/storage'))).toHaveLength(1);
    await backups.release('one');
    expect(await app.app.cleanup.run()).toMatchObject({ objects_deleted: 1 });
    expect(filesBelow(join(app.folder, 'data/storage'))).toEqual([]);
  });

  it('that dies holds up deletions no longer than its word lasts', async () => {
    await new BackupsRepository(storage.database).hold('dead', -1);
    await remove(await store(app, 'docs', 'a.txt', 'x'));
    expect(filesBelow(join(app.folder, 'data/storage'))).toEqual([]);
  });

  it('links where it can, copies when told to, and is for nobody else to read', async () => {
    await store(app, 'docs', 'a.txt', 'x');
    const inode = (folder: string) => statSync(join(folder, filesBelow(folder)[0] ?? '')).ino;
    const original = inode(join(app.folder, 'data/storage'));
    await takeBackup();
    expect(inode(join(backupPath(), 'storage/local'))).toBe(original);
    expect(statSync(backupPath()).mode & 0o077).toBe(0);
    rmSync(backupPath(), { recursive: true });
    await takeBackup(true);
    expect(inode(join(backupPath(), 'storage/local'))).not.toBe(original);
  });

  it('ends with its manifest, which names the files whose bytes were not there', async () => {
    const file = await store(app, 'docs', 'a.txt', 'x');
    const folder = join(app.folder, 'data/storage');
    rmSync(join(folder, filesBelow(folder)[0] ?? ''));
    const manifest = await takeBackup();
    expect(manifest.backends['local']?.missing).toEqual([file.id]);
    const written = JSON.parse(readFileSync(join(backupPath(), 'manifest.json'), 'utf8')) as BackupManifest;
    expect(written).toEqual(manifest);
    expect(readdirSync(backupPath()).sort()).toEqual(['alyx.db', 'manifest.json', 'storage']);
  });

  it('refuses a folder that holds something', async () => {
    mkdirSync(backupPath());
    writeFileSync(join(backupPath(), 'mine'), '');
    await expect(takeBackup()).rejects.toThrow('is not empty');
    expect((await put(app, 'docs', 'b.txt', 'x')).status).toBe(201);
  });
});
