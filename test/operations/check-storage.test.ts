import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StoredFile } from '../../src/files/stored-file.ts';
import { newUuid } from '../../src/lib/ids.ts';
import { checkStorage, type CheckOptions } from '../../src/operations/check-storage.ts';
import { tryProcessLock } from '../../src/db/process-lock.ts';
import { TablesRepository } from '../../src/records/tables-repository.ts';
import { syncTables } from '../../src/records/sync-tables.ts';
import { compileRules } from '../../src/rules/rule-book.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { objectKey } from '../../src/storage/object-key.ts';
import { inChunks } from '../support/bodies.ts';
import { collect } from '../support/collect.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';
import { openTestStorage, type TestStorage } from '../support/test-storage.ts';

const SCHEMA = `version: 1
buckets: { photos: { backend: local }, papers: { backend: local } }
collections:
  posts:
    fields:
      id: { type: uuid, primary: true, default: auto }
      cover: { type: file, nullable: true, file: { bucket: photos } }
      cv: { type: file, nullable: true, file: { bucket: papers } }
      gallery: { type: "file[]", nullable: true, file: { bucket: photos } }
`;
const DAY = 24 * 60 * 60 * 1000;
const text = Buffer.from('to be stored in blocks and read again. '.repeat(1000));

let storage: TestStorage;

const schema = loadSchema({ text: SCHEMA, file: 'schema.yaml', config: undefined });

/** What a check finds, as [kind, repaired] and what it is about. */
async function check(options: Partial<CheckOptions> = {}) {
  const log = { warn: () => undefined };
  const problems = await collect(
    checkStorage(storage, { schema, repair: false, deep: false, log, ...options }),
  );
  return problems.map(({ kind, repaired, path, objectKey: key, fileId }) => [
    kind,
    repaired,
    path ?? key ?? fileId,
  ]);
}

afterEach(() => storage.dispose());

async function putStray(backend = 'local', bucket = 'photos'): Promise<string> {
  const key = objectKey(newUuid());
  await storage.backends.get(backend).put(bucket, key, inChunks(text));
  return key;
}

describe('a check of a folder', () => {
  beforeEach(async () => {
    storage = await openTestStorage('{ local: { type: filesystem, path: ./a } }');
  });

  it('finds nothing where nothing is wrong, written or deleted', async () => {
    await storage.add({ bytes: text });
    await storage.add({ bytes: text, codec: 'gzip', bucket: 'papers' });
    await storage.add({ bytes: Buffer.alloc(0), codec: 'zstd' });
    expect(await check({ deep: true })).toEqual([]);
  });

  it('marks a row whose bytes are gone, keeps finding it, and unmarks it when they are back', async () => {
    const file = await storage.add({ bytes: text, path: 'lost.txt' });
    await rm(storage.pathOf(file));
    expect(await check()).toEqual([['bytes_missing', false, 'lost.txt']]);
    expect((await storage.files.find(file.id))?.bytesMissing).toBe(false);
    expect(await check({ repair: true })).toEqual([['bytes_missing', false, 'lost.txt']]);
    expect((await storage.files.find(file.id))?.bytesMissing).toBe(true);
    await writeFile(storage.pathOf(file), text);
    expect(await check()).toEqual([['bytes_back', false, 'lost.txt']]);
    expect(await check({ repair: true })).toEqual([['bytes_back', true, 'lost.txt']]);
    expect((await storage.files.find(file.id))?.bytesMissing).toBe(false);
    expect(await check()).toEqual([]);
  });

  it('finds a wrong size at once, and wrong bytes of the right size when it reads them', async () => {
    const short = await storage.add({ bytes: text, path: 'short' });
    const altered = await storage.add({ bytes: text, path: 'altered' });
    const garbled = await storage.add({ bytes: text, path: 'garbled', codec: 'gzip' });
    await writeFile(storage.pathOf(short), 'short');
    await writeFile(storage.pathOf(altered), Buffer.alloc(text.length));
    await writeFile(storage.pathOf(garbled), Buffer.alloc(garbled.storedSize));
    expect(await check({ repair: true })).toEqual([['wrong_size', false, 'short']]);
    const wrong = [
      { file: short, kind: 'wrong_size' },
      { file: altered, kind: 'wrong_content' },
      { file: garbled, kind: 'wrong_content' },
    ];
    // By id, which is in no order among files of one millisecond.
    wrong.sort((a, b) => (a.file.id < b.file.id ? -1 : 1));
    expect(await check({ deep: true })).toEqual(wrong.map(({ file, kind }) => [kind, false, file.path]));
  });

  it('does not take wrong bytes in place of missing ones for the bytes', async () => {
    const file = await storage.add({ bytes: text, path: 'lost.txt' });
    await storage.places.markMissing(file, true);
    await writeFile(storage.pathOf(file), Buffer.alloc(text.length));
    expect(await check({ repair: true })).toEqual([['wrong_content', false, 'lost.txt']]);
    expect((await storage.files.find(file.id))?.bytesMissing).toBe(true);
  });

  it('deletes bytes without a row, in every bucket that it knows, and nothing else', async () => {
    const file = await storage.add({ bytes: text });
    const old = await storage.add({ bytes: text, bucket: 'gone-from-the-schema' });
    const strays = [await putStray(), await putStray('local', 'papers'), await putStray('local', old.bucket)];
    const found = await check();
    expect(found).toHaveLength(3);
    expect(found).toEqual(expect.arrayContaining(strays.map((key) => ['bytes_without_row', false, key])));
    expect((await check({ repair: true })).every(([, repaired]) => repaired)).toBe(true);
    expect(await check()).toEqual([]);
    expect((await storage.content(file)).equals(text)).toBe(true);
    expect((await storage.content(old)).equals(text)).toBe(true);
  });

  it('leaves the files alone that it sees through a second name for their backend', async () => {
    await storage.dispose();
    const folder = '{ type: filesystem, path: ./a }';
    storage = await openTestStorage(`{ local: ${folder}, renamed: ${folder} }`);
    const files = [
      await storage.add({ bytes: text }),
      await storage.add({ bytes: text, backend: 'renamed' }),
    ];
    const beingWritten = { backend: 'renamed', bucket: 'photos', objectKey: await putStray() };
    await storage.pending.note([beingWritten], 'server', Date.now());
    const lock = tryProcessLock(storage.config.database.path, 'server');
    const stray = await putStray();
    expect(await check({ repair: true })).toEqual([['bytes_without_row', true, stray]]);
    for (const file of files) expect((await storage.content(file)).equals(text)).toBe(true);
    expect(await storage.backends.get('local').exists('photos', beingWritten.objectKey)).toBe(true);
    lock?.release();
  });

  it('looks at one bucket only, when asked to', async () => {
    await putStray();
    const key = await putStray('local', 'papers');
    expect(await check({ bucket: 'papers' })).toEqual([['bytes_without_row', false, key]]);
  });

  it('leaves what a live server is writing alone, and finds what a dead one has left', async () => {
    const place = { backend: 'local', bucket: 'photos', objectKey: await putStray() };
    await storage.pending.note([place], 'server', Date.now());
    const lock = tryProcessLock(storage.config.database.path, 'server');
    expect(await check({ repair: true })).toEqual([]);
    expect(await storage.backends.get('local').exists(place.bucket, place.objectKey)).toBe(true);
    lock?.release();
    expect(await check()).toEqual([['bytes_without_row', false, place.objectKey]]);
    await check({ repair: true });
    expect(await storage.backends.get('local').exists(place.bucket, place.objectKey)).toBe(false);
  });

  it('takes bytes whose deletion is ordered for no problem', async () => {
    const file = await storage.add({ bytes: text });
    await storage.files.delete(file, Date.now() + DAY);
    expect(await check()).toEqual([]);
  });

  it('finds every problem among many files', async () => {
    const files: StoredFile[] = [];
    for (let index = 0; index < 1_100; index += 1) {
      files.push(await storage.add({ bytes: Buffer.from([index]), path: `file ${index}` }));
    }
    const lost = files.filter((_, index) => index % 10 === 0);
    for (const file of lost) await rm(storage.pathOf(file));
    const paths = (await check()).map(([, , path]) => path);
    expect(paths).toEqual(lost.map(({ path }) => path));
  });

  it('removes temporary files and upload bytes that nobody will finish', async () => {
    const dead = join(storage.folder, 'a', '.alyx-tmp', newUuid());
    const alive = join(storage.folder, 'a', '.alyx-tmp', newUuid());
    const stray = join(storage.config.storage.tus.path, newUuid());
    await mkdir(dirname(stray), { recursive: true });
    for (const path of [dead, alive, stray]) await writeFile(path, 'half a f');
    const old = (Date.now() - 2 * DAY) / 1000;
    for (const path of [dead, stray]) await utimes(path, old, old);
    expect(await check()).toEqual([
      ['stale_parts', false, undefined],
      ['stale_upload', false, undefined],
    ]);
    expect((await check({ repair: true })).map(([, repaired]) => repaired)).toEqual([true, true]);
    expect(await check()).toEqual([]);
    expect(await readdir(dirname(alive))).toHaveLength(1);
  });

  it('names a backend that has files but is not configured', async () => {
    const file = await storage.add({ bytes: text });
    storage.database.prepare(`UPDATE _alyx_files SET backend = 'attic' WHERE id = ?`).run(file.id);
    expect(await check()).toContainEqual(['backend_unknown', false, undefined]);
  });
});

describe("a check of records' files", () => {
  beforeEach(async () => {
    storage = await openTestStorage('{ local: { type: filesystem, path: ./a } }');
    const tables = new TablesRepository(storage.database);
    syncTables({ tables, schema, rules: compileRules(schema), clock: Date.now, newId: newUuid });
  });

  function addPost(
    values: Record<string, unknown>,
    referenced: readonly (readonly [string, string])[],
  ): string {
    const id = newUuid();
    const { cover = null, gallery = null } = values;
    const list = gallery === null ? null : JSON.stringify(gallery);
    storage.database.prepare('INSERT INTO posts (id, cover, gallery) VALUES (?, ?, ?)').run(id, cover, list);
    const add = storage.database.prepare(`INSERT INTO _alyx_file_references VALUES (?, 'posts', ?, ?)`);
    for (const [file, field] of referenced) add.run(file, id, field);
    return id;
  }

  const postOf = (id: string) =>
    storage.database.prepare('SELECT cover, gallery FROM posts WHERE id = ?').get(id);

  it('finds nothing where all references stand', async () => {
    const [a, b] = [await storage.add({ bytes: text }), await storage.add({ bytes: text })];
    addPost({ cover: a.id, gallery: [b.id, a.id] }, [
      [a.id, 'cover'],
      [a.id, 'gallery'],
      [b.id, 'gallery'],
    ]);
    addPost({}, []);
    expect(await check()).toEqual([]);
  });

  it('empties fields of files that do not exist, and keeps the order of the others', async () => {
    const [a, b] = [await storage.add({ bytes: text }), await storage.add({ bytes: text })];
    const gone = newUuid();
    const id = addPost({ cover: gone, gallery: [b.id, gone, a.id] }, [
      [a.id, 'gallery'],
      [b.id, 'gallery'],
    ]);
    expect(await check()).toEqual([
      ['dangling_reference', false, gone],
      ['dangling_reference', false, gone],
    ]);
    await check({ repair: true });
    expect(await check()).toEqual([]);
    expect(postOf(id)).toEqual({ cover: null, gallery: JSON.stringify([b.id, a.id]) });
  });

  it('adds references that are missing, and removes those that stand for nothing', async () => {
    const [a, b] = [await storage.add({ bytes: text }), await storage.add({ bytes: text })];
    addPost({ cover: a.id }, [[b.id, 'cover']]);
    expect(await check()).toEqual([
      ['dangling_reference', false, a.id],
      ['dangling_reference', false, b.id],
    ]);
    await check({ repair: true });
    expect(await check()).toEqual([]);
    expect(await storage.files.references(a.id, 10)).toHaveLength(1);
    expect(await storage.files.references(b.id, 10)).toEqual([]);
  });
});

describe('a check of S3', () => {
  let server: S3Server;

  beforeAll(async () => {
    server = await startS3Server();
  });

  afterAll(() => server.stop());

  async function open(bucket: string): Promise<void> {
    const { endpoint, region, accessKey, secretKey } = server.config(bucket);
    storage =
      await openTestStorage(`{ folder: { type: filesystem, path: ./a }, local: { type: s3, bucket: ${bucket},
      endpoint: "${String(endpoint)}", region: ${region}, access_key: ${String(accessKey)},
      secret_key: ${String(secretKey)}, force_path_style: true } }`);
  }

  it('finds and mends the same', async () => {
    await open(await server.createBucket());
    const sound = await storage.add({ bytes: randomBytes(1000) });
    const lost = await storage.add({ bytes: text, path: 'lost', codec: 'zstd' });
    await storage.backends.get('local').delete(lost.bucket, lost.objectKey);
    const stray = await putStray();
    const expected = [
      ['bytes_missing', false, 'lost'],
      ['bytes_without_row', false, stray],
    ];
    expect(await check({ deep: true })).toEqual(expected);
    await check({ repair: true });
    expect(await check()).toEqual([['bytes_missing', false, 'lost']]);
    expect((await storage.content(sound)).length).toBe(1000);
  });

  it('says in words that it cannot be reached, and checks the rest', async () => {
    await open('no-such-bucket');
    const stray = await putStray('folder');
    const found = await check();
    expect(found).toContainEqual(['bytes_without_row', false, stray]);
    expect(found).toContainEqual(['backend_unavailable', false, undefined]);
  });
});
