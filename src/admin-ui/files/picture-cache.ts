import { readFile, type StoredFile } from '../api/files.ts';

/** So many small pictures stay at hand, so that scrolling back shows them at once. */
const KEPT = 300;
const AT_ONCE = 6;

const urls = new Map<string, string>();
const queue: (() => void)[] = [];
let running = 0;

/** An address for the bytes of a picture, fetched with the token of who is signed in. */
export async function pictureUrl(file: StoredFile, signal: AbortSignal): Promise<string> {
  const known = urls.get(file.checksum);
  if (known !== undefined) return keep(file.checksum, known);
  await turn(signal);
  try {
    const found = urls.get(file.checksum) ?? URL.createObjectURL(await readFile(file, { signal }));
    return keep(file.checksum, found);
  } finally {
    running -= 1;
    queue.shift()?.();
  }
}

/** What was used last goes last. */
function keep(checksum: string, url: string): string {
  urls.delete(checksum);
  urls.set(checksum, url);
  const [oldest] = urls;
  if (urls.size > KEPT && oldest !== undefined) {
    urls.delete(oldest[0]);
    URL.revokeObjectURL(oldest[1]);
  }
  return url;
}

/** Waits for one of a few places, so that a fast scroll does not send a hundred requests. */
async function turn(signal: AbortSignal): Promise<void> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve));
  running += 1;
  if (!signal.aborted) return;
  running -= 1;
  queue.shift()?.();
  throw new DOMException('No longer wanted', 'AbortError');
}
