import { randomUUID } from 'node:crypto';
import { constants, writeFileSync } from 'node:fs';
import { lstat, open, opendir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { giveBack } from '../lib/give-back.ts';
import type { Batch } from './filesystem-batches.ts';
import { meansMissing } from './filesystem-errors.ts';

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const FILE_MODE = 0o640;

export function temporaryPath(folder: string): string {
  return join(folder, randomUUID());
}

/** Up to this size a body is written by this thread, where it may: calling another for it takes longer than the work. */
const SMALL = 64 * 1024;

export interface WriteOptions {
  readonly durable: boolean;
  /** Whether this thread may write to the disk itself; only where nothing is `durable`. */
  readonly direct: boolean;
  /** Given every piece of work with the file, so that its errors are told from the body's. */
  readonly attempt: <T>(work: Promise<T>) => Promise<T>;
}

/** Writes a new file and resolves to its size. On failure the file may stay. */
export async function writeTemporaryFile(
  path: string,
  batches: AsyncIterable<Batch>,
  { durable, direct, attempt }: WriteOptions,
): Promise<number> {
  let handle: FileHandle | null = null;
  let size = 0;
  try {
    for await (const batch of batches) {
      const isSmall = handle === null && batch.isLast && batch.length <= SMALL;
      if (direct && isSmall) return await attempt(writeSmall(path, batch));
      handle ??= await attempt(open(path, NEW_FILE, FILE_MODE));
      await attempt(writeBatch(handle, batch));
      size += batch.length;
    }
    if (durable && handle !== null) await attempt(handle.sync());
  } finally {
    const closed = handle?.close() ?? Promise.resolve();
    // Synced bytes are safe whatever becomes of the descriptor, and closing it would wait for the fsyncs of others.
    if (durable) closed.catch(() => undefined);
    else await attempt(closed);
  }
  return size;
}

/** On this thread; async only in how it fails. */
async function writeSmall(path: string, { chunks, length }: Batch): Promise<number> {
  writeFileSync(path, Buffer.concat(chunks), { flag: 'wx', mode: FILE_MODE });
  for (const chunk of chunks) giveBack(chunk);
  return length;
}

async function writeBatch(handle: FileHandle, { chunks, length }: Batch): Promise<void> {
  if (length === 0) return;
  const { bytesWritten } = await handle.writev(chunks);
  // The system was asked for the rest already, so something is wrong: writing that again tells what.
  if (bytesWritten < length) await handle.writeFile(Buffer.concat(chunks).subarray(bytesWritten));
  for (const chunk of chunks) giveBack(chunk);
}

/** Counts temporary files last written to before `before` (epoch ms). */
export async function countAbandonedFiles(folder: string, before: number): Promise<number> {
  let count = 0;
  for await (const { name } of await opendir(folder)) {
    if (await isAbandoned(join(folder, name), before)) count += 1;
  }
  return count;
}

/** Removes them; resolves to how many. */
export async function removeAbandonedFiles(folder: string, before: number): Promise<number> {
  let removed = 0;
  for await (const { name } of await opendir(folder)) {
    const path = join(folder, name);
    if (!(await isAbandoned(path, before))) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}

async function isAbandoned(path: string, before: number): Promise<boolean> {
  try {
    const stats = await lstat(path);
    return stats.isFile() && stats.mtimeMs < before;
  } catch (error) {
    if (meansMissing(error)) return false;
    throw error;
  }
}
