import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { fromLibc } from '../lib/libc.ts';

const INTERVAL_MS = 500;
/** Bytes that the process has to have grown by for it to be worth a look at all that is free, which takes some ms. */
const WORTH_IT = 8 * 1024 * 1024;

/**
 * For as long as the process lives, gives memory that is free back to the system, by malloc_trim(3): glibc keeps what is
 * not at the end of what it has. Most of it V8's compilers leave behind. Ends at once where the C library has none.
 */
export async function keepMemoryTrimmed(): Promise<void> {
  const trim = await fromLibc(
    (libc) =>
      promisify(libc.func('int malloc_trim(size_t keep)').async) as (keep: number) => Promise<unknown>,
  );
  if (trim === null) return;
  for (let trimmed = 0; ;) {
    await pause(INTERVAL_MS, undefined, { ref: false });
    // Node has no descriptor left to open /proc with, or koffi takes no more calls: the next time will do.
    trimmed = await trimIfGrown(trim, trimmed).catch(() => trimmed);
  }
}

/** Takes and resolves to the resident size that growth counts from, in bytes. */
async function trimIfGrown(trim: (keep: number) => Promise<unknown>, trimmed: number): Promise<number> {
  const resident = process.memoryUsage.rss();
  if (resident - trimmed < WORTH_IT) return Math.min(trimmed, resident);
  await trim(0);
  return process.memoryUsage.rss();
}
