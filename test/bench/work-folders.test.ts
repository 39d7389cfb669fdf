import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { WorkFolders } from '../../bench/work-folders.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

it('keeps small files until all is over, and large ones only while their server runs', () => {
  const parent = makeTempFolder();
  onTestFinished(() => parent.remove());
  const folders = new WorkFolders(parent.path);
  const folder = folders.make();
  mkdirSync(join(folder, 'storage'));
  writeFileSync(join(folder, 'storage', 'small'), 'x');
  writeFileSync(join(folder, 'storage', 'large'), Buffer.alloc(2 ** 20));
  folders.dropLargeFiles(folder);
  expect(readdirSync(join(folder, 'storage'))).toEqual(['small']);
  folders.removeAll();
  expect(readdirSync(parent.path)).toEqual([]);
});
