import { promisify } from 'node:util';
import { fromLibc } from '../lib/libc.ts';

const INTERVAL_MS = 500;
/** Bytes that the process has to have grown by for it to be worth a look at all that is free, which takes some ms. */
const WORTH_IT = 8 * 1024 * 1024;

/**
 * From now on gives memory that is free back to the system, by malloc_trim(3): glibc keeps what is not at the end of
 * what it has. Most of it V8's compilers leave behind. Does nothing where the C library has none.
 */
export async function keepMemoryTrimmed(): Promise<void> {
  const trim = await fromLibc(
    (libc) =>
      promisify(libc.func('int malloc_trim(size_t keep)').async) as (keep: number) => Promise<unknown>,
  );
  if (trim === null) return;
  let trimmed = 0;
  let busy = false;
  const trimWhatGrew = async (): Promise<void> => {
    const resident = process.memoryUsage.rss();
    trimmed = Math.min(trimmed, resident);
    if (busy || resident - trimmed < WORTH_IT) return;
    busy = true;
    // There may be more calls just now than koffi takes; the next time will do.
    await trim(0).catch(() => undefined);
    busy = false;
    trimmed = process.memoryUsage.rss();
  };
  setInterval(() => void trimWhatGrew(), INTERVAL_MS).unref();
}
