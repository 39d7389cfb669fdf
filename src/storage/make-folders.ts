import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { DirectorySync } from './directory-sync.ts';

export const FOLDER_MODE = 0o750;

/** Makes a folder and those above it that are missing; with `sync`, whatever is made would survive power loss. */
export async function makeFolders(path: string, sync: DirectorySync | null): Promise<void> {
  const folder = resolve(path);
  const topmost = await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  if (topmost === undefined || sync === null) return;
  for (let made = folder; ; made = dirname(made)) {
    await sync.sync(dirname(made));
    if (made === topmost) return;
  }
}
