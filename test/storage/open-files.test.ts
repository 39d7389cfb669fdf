import { mkdirSync, readdirSync, readlinkSync, readSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OpenFiles, type OpenFile } from '../../src/storage/open-files.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;
let files: OpenFiles;

beforeEach(() => {
  folder = makeTempFolder();
  files = new OpenFiles();
});
afterEach(() => {
  files.forgetAll();
  folder.remove();
});

function make(name: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, 'some text');
  return path;
}

async function take(path: string): Promise<OpenFile> {
  const file = await files.take(path);
  if (file === null) throw new Error('there is no file');
  return file;
}

/** How many of this process' descriptors are files below the test's folder. */
function openCount(): number {
  return readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(folder.path);
    } catch {
      return false; // that of the list itself
    }
  }).length;
}

const firstByte = ({ descriptor }: OpenFile) => {
  const byte = Buffer.alloc(1);
  readSync(descriptor, byte, 0, 1, 0);
  return byte.toString();
};

describe('a file', () => {
  it('is opened once for all who read it, and for who comes right after them', async () => {
    const path = make('a');
    const first = await take(path);
    const second = await take(path);
    expect([second.descriptor, second.size]).toEqual([first.descriptor, 9]);
    files.giveBack(first);
    files.giveBack(second);
    expect((await take(path)).descriptor).toBe(first.descriptor);
    expect(openCount()).toBe(1);
  });

  it('is closed a moment after the last reader gave it back, not before', async () => {
    const path = make('a');
    const read = await take(path);
    const idle = await take(make('b'));
    files.giveBack(idle);
    await expect.poll(openCount, { timeout: 10_000 }).toBe(1);
    expect(firstByte(read)).toBe('s');
    files.giveBack(read);
    await expect.poll(openCount, { timeout: 10_000 }).toBe(0);
  });

  it('that is forgotten stays open for those who read it, and for nobody else', async () => {
    const path = make('a');
    const read = await take(path);
    files.forget(path);
    expect(firstByte(read)).toBe('s');
    const anew = await take(path);
    expect(anew.descriptor).not.toBe(read.descriptor);
    files.giveBack(read);
    await expect.poll(openCount).toBe(1);
    expect(firstByte(anew)).toBe('s');
  });

  it('that many open for the first time at once is closed by all of them', async () => {
    const path = make('a');
    const taken = await Promise.all(Array.from({ length: 10 }, () => take(path)));
    for (const file of taken) files.giveBack(file);
    await expect.poll(openCount).toBe(1);
    files.forget(path);
    await expect.poll(openCount).toBe(0);
  });

  it('is one of a few that are kept', async () => {
    files = new OpenFiles(5);
    for (let n = 0; n < 20; n += 1) files.giveBack(await take(make(`file-${n}`)));
    await expect.poll(openCount).toBeLessThanOrEqual(5);
    expect(openCount()).toBeGreaterThan(0);
  });
});

describe('what is no regular file', () => {
  it('is null, or an error, and leaves nothing open', async () => {
    const directory = join(folder.path, 'directory');
    mkdirSync(directory);
    symlinkSync(make('a'), join(folder.path, 'link'));
    expect(await files.take(directory)).toBeNull();
    await expect(files.take(join(folder.path, 'link'))).rejects.toMatchObject({ code: 'ELOOP' });
    await expect(files.take(join(folder.path, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect.poll(openCount).toBe(0);
  });
});
