import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openContent } from '../../src/files/open-download.ts';
import { OPEN_RULES, refusal, store, type FileJson } from '../support/files-api.ts';
import { filesBelow } from '../support/leftovers.ts';
import { runAlyx } from '../support/run-alyx.ts';
import { configFor } from '../support/s3-yaml.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { startApp, TEST_SECRET, type TestApp } from '../support/test-app.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const A = 'a: { type: filesystem, path: ./data/a }';
const B = 'b: { type: filesystem, path: ./data/b }';
const SCHEMA = `buckets: { docs: { backend: a, compression: zstd, rules: ${OPEN_RULES} } }\n`;

let folder: TempFolder;
let app: TestApp;

beforeEach(async () => {
  folder = makeTempFolder();
  configure(A, B);
  writeFileSync(join(folder.path, 'schema.yaml'), `version: 1\n${SCHEMA}`);
  app = await startApp({ folder: folder.path, config: configFor(TEST_SECRET, A, B), schema: SCHEMA });
});

afterEach(async () => {
  await app.close();
  folder.remove();
});

/** With absolute paths: a command that runs in this process has another working directory. */
function configure(...backends: readonly string[]): void {
  const text = configFor(TEST_SECRET, ...backends).replaceAll('./data', join(folder.path, 'data'));
  writeFileSync(join(folder.path, 'alyx.yml'), text);
}

const run = (...args: readonly string[]) => runAlyx(folder.path, ...args);

const movedFiles = async () => (await app.app.files.files.countByBackend()).get('b') ?? 0;

async function expectContent(file: FileJson, bytes: Buffer): Promise<void> {
  const response = await app.request(`/api/files/docs/${file.id}/download`);
  expect(response.status).toBe(200);
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
}

describe('alyx storage migrate', { timeout: 60_000 }, () => {
  it('moves files while people read, write and delete, and goes on where a killed run was', async () => {
    const contents = Array.from({ length: 40 }, () => randomBytes(2 ** 20));
    const files: FileJson[] = [];
    for (const [index, bytes] of contents.entries())
      files.push(await store(app, 'docs', `${index}.bin`, bytes));

    let reading = true;
    let reads = 0;
    const readers = [0, 1].map(async (which) => {
      for (let index = which; reading; index = (index + 2) % files.length) {
        const [file, bytes] = [files[index], contents[index]];
        if (file === undefined || bytes === undefined) throw new Error('no such file');
        await expectContent(file, bytes);
        reads += 1;
        await pause(5);
      }
    });

    const killed = spawn(process.execPath, [MAIN, 'storage', 'migrate', '--to', 'b'], { cwd: folder.path });
    await expect.poll(movedFiles, { timeout: 60_000, interval: 5 }).toBeGreaterThan(2);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(await movedFiles()).toBeLessThan(files.length);

    const added = store(app, 'docs', 'added.txt', 'added meanwhile');
    const { code, stdout } = await run('storage', 'migrate', '--to', 'b', '--json');
    reading = false;
    await Promise.all(readers);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ failed: [], interrupted: false });
    expect(reads).toBeGreaterThan(0);

    await expectContent(await added, Buffer.from('added meanwhile'));
    await run('storage', 'migrate', '--to', 'b');
    for (const [index, file] of files.entries())
      await expectContent(file, contents[index] ?? Buffer.alloc(0));
    expect(filesBelow(join(folder.path, 'data/a'))).toEqual([]);
    // What the killed run was just writing lies apart, until the cleanup takes it for dead.
    const objects = filesBelow(join(folder.path, 'data/b')).filter((path) => !path.startsWith('.alyx-tmp'));
    expect(objects).toHaveLength(files.length + 1);
    expect(await run('storage', 'check', '--deep')).toMatchObject({ code: 0, stderr: '' });
  }, 120_000);

  it('is followed by a reader who looked up the file before', async () => {
    const { id } = await store(app, 'docs', '1.txt', 'hello '.repeat(1000));
    const before = await app.app.files.files.find(id);
    expect((await run('storage', 'migrate', '--to', 'b')).code).toBe(0);
    if (before === null) throw new Error('no such file');
    const bytes = await buffer(await openContent(app.app.files, before, { start: 6, end: 10 }));
    expect(bytes.toString()).toBe('hello');
  });

  it('refuses a backend that the running server does not know, and a second migration', async () => {
    configure(A, B, 'c: { type: filesystem, path: ./data/c }');
    const unknown = await run('storage', 'migrate', '--to', 'c');
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toContain(
      'the running server does not know the backend "c" yet: restart it first',
    );
    expect((await run('storage', 'migrate')).code).toBe(2);
    expect((await run('storage', 'migrate', '--to', 'bb')).stderr).toContain('there are: a, b, c');
  });
});

describe('alyx storage check', { timeout: 60_000 }, () => {
  it('marks a file whose bytes are gone, whose download then is a coded error', async () => {
    const file = await store(app, 'docs', 'lost.txt', 'hello '.repeat(1000));
    const [prefix = ''] = readdirSync(join(folder.path, 'data/a/docs'));
    rmSync(join(folder.path, 'data/a/docs', prefix), { recursive: true });
    const found = await run('storage', 'check', '--repair', '--json');
    expect(found.code).toBe(1);
    expect(JSON.parse(found.stdout)).toMatchObject({
      problems: [
        { kind: 'bytes_missing', bucket: 'docs', path: 'lost.txt', file_id: file.id, repaired: false },
      ],
      found: 1,
      repaired: 0,
      remaining: 1,
    });
    for (const operation of ['download', 'view']) {
      expect(await refusal(await app.request(`/api/files/docs/${file.id}/${operation}`))).toMatchObject({
        status: 404,
        code: 'FILE_NOT_FOUND',
        details: { id: file.id, reason: 'bytes_missing' },
      });
    }
    expect((await app.request(`/api/files/docs/${file.id}`)).status).toBe(200);
  });
});

describe('alyx storage usage and test', { timeout: 60_000 }, () => {
  it('tell what lies where, and that a backend works', async () => {
    await store(app, 'docs', '1.txt', 'hello '.repeat(1000));
    const usage = await run('storage', 'usage', '--json');
    expect(usage.code).toBe(0);
    expect(JSON.parse(usage.stdout)).toMatchObject({
      buckets: [{ bucket: 'docs', files: 1, bytes: 6000, backends: [{ backend: 'a', files: 1 }] }],
      total: { files: 1, bytes: 6000 },
    });
    expect((await run('storage', 'usage')).stdout).toContain('docs    a            1  5.9 KiB');
    const tested = await run('storage', 'test', 'b');
    expect(tested).toMatchObject({ code: 0, stderr: '' });
    expect(tested.stdout).toContain('"b" works.');
    expect(filesBelow(join(folder.path, 'data/b'))).toEqual([]);
    expect(readdirSync(join(folder.path, 'data/b'))).toEqual(['.alyx-tmp']);
  });
});
