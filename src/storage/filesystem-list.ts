import type { Dir } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredObject } from './backend.ts';
import { meansMissing } from './filesystem-errors.ts';
import { isSafeKey } from './object-key.ts';

/** The objects in a bucket's folder, which it closes; not what others put there. */
export async function* listObjects(folder: Dir, bucket: string): AsyncGenerator<StoredObject> {
  for await (const entry of folder) {
    const path = join(folder.path, entry.name);
    if (entry.isDirectory()) yield* listPrefix(path, bucket, entry.name);
    else yield* describeIfObject(path, bucket, entry.name);
  }
}

async function* listPrefix(path: string, bucket: string, prefix: string): AsyncGenerator<StoredObject> {
  const folder = await opendir(path).catch(nullIfMissing);
  for await (const { name } of folder ?? []) {
    yield* describeIfObject(join(path, name), bucket, `${prefix}/${name}`);
  }
}

async function* describeIfObject(path: string, bucket: string, key: string): AsyncGenerator<StoredObject> {
  if (!isSafeKey(bucket, key)) return;
  const object = await statObject(path, key).catch(nullIfMissing);
  if (object !== null) yield object;
}

/** Null when something else than a regular file lies there; rejects when nothing does. */
export async function statObject(path: string, key: string): Promise<StoredObject | null> {
  const stats = await lstat(path);
  return stats.isFile() ? { key, size: stats.size, modifiedAt: stats.mtimeMs } : null;
}

function nullIfMissing(error: unknown): null {
  if (meansMissing(error)) return null;
  throw error;
}
