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
    const resident = process.memoryUsage.rss();
    trimmed = Math.min(trimmed, resident);
    if (resident - trimmed < WORTH_IT) continue;
    // There may be more calls just now than koffi takes; the next time will do.
    await trim(0).catch(() => undefined);
    trimmed = process.memoryUsage.rss();
  }
}
