import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StagedFile } from '../../src/uploads/staged-file.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;
beforeEach(() => void (folder = makeTempFolder()));
afterEach(() => folder.remove());

it.each([
  ['many small chunks', 1, 1024],
  ['few large ones', 64 * 1024, 4],
])('%s are written once it is worth a call, and the rest when it is saved', async (_, size, chunks) => {
  const path = join(folder.path, 'upload');
  const file = new StagedFile({ handle: await open(path, 'w'), position: 0, durable: false, saveName: null });
  const write = () => file.write(Buffer.alloc(size, 'x'));
  for (let written = 1; written < chunks; written += 1) await write();
  expect(statSync(path).size).toBe(0);
  await write();
  expect(statSync(path).size).toBe(chunks * size);
  await write();
  await file.save();
  expect(statSync(path).size).toBe((chunks + 1) * size);
  await file.close();
});
