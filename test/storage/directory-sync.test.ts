import { mkdirSync, readdirSync, readlinkSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DirectorySync } from '../../src/storage/directory-sync.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;
beforeEach(() => (folder = makeTempFolder()));
afterEach(() => folder.remove());

/** How many descriptors of this process are open on it. */
function openOn(path: string): number {
  const links = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return null; // that of the listing itself
    }
  });
  return links.filter((link) => link === path).length;
}

it('syncs that overlap share one descriptor, and leave none open', async () => {
  const sync = new DirectorySync();
  const most: number[] = [];
  const waiting = Array.from({ length: 50 }, async () => {
    await sync.sync(folder.path);
    most.push(openOn(folder.path));
    await sync.sync(folder.path);
  });
  await Promise.all(waiting);
  expect(Math.max(...most)).toBeLessThanOrEqual(1);
  await expect.poll(() => openOn(folder.path)).toBe(0);
});

it('a directory that is not there is told to all who wait, and found when it is back', async () => {
  const sync = new DirectorySync();
  const path = join(folder.path, 'there');
  const waiting = await Promise.allSettled([sync.sync(path), sync.sync(path), sync.sync(path)]);
  expect(waiting.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  mkdirSync(path);
  await sync.sync(path);
  await expect.poll(() => openOn(path)).toBe(0);
  renameSync(path, `${path}-moved`);
  await expect(sync.sync(path)).rejects.toThrow('ENOENT');
});
