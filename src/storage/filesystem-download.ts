import { close as closeFile, constants, fstat, open as openFile, read as readFile } from 'node:fs';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { ByteRange } from './backend.ts';
import { WholeContent } from './whole-content.ts';

// A FileHandle does the same for half as much CPU again, which is what a small download mostly consists of.
const open = promisify(openFile);
const stat = promisify(fstat);
const read = promisify(readFile);
const close = promisify(closeFile);

/** As much as a default stream reads. Larger buffers are mapped anew each: 256 MiB cost 1.35 s of CPU at 256 KiB, 0.57 at 64. */
const READ_SIZE = 64 * 1024;

/** O_NOFOLLOW: no object is a symlink. O_NONBLOCK: opening a FIFO must not wait for its writer, holding a thread. */
const READ_ONLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Null when no regular file lies there. What fits into one read is read at once; `translate` turns what goes wrong
 * later, while the rest is read, into words.
 */
export async function openObject(
  path: string,
  range: ByteRange | undefined,
  translate: (error: unknown) => unknown,
): Promise<Readable | null> {
  const file = await open(path, READ_ONLY);
  let isHandedOn = false;
  try {
    const stats = await stat(file);
    if (!stats.isFile()) return null;
    const { start, end } = range ?? { start: 0, end: stats.size - 1 };
    if (end - start < READ_SIZE) return new WholeContent(await readWhole(file, start, end + 1));
    isHandedOn = true;
    return new ObjectStream(file, start, end + 1, translate);
  } finally {
    if (!isHandedOn) await close(file);
  }
}

async function readWhole(file: number, start: number, end: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let position = start; position < end;) {
    const part = await readUpTo(file, end - position, position);
    if (part === null) throw endsEarly(position, end);
    parts.push(part);
    position += part.length;
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

/** Null at the end of the file. */
async function readUpTo(file: number, wanted: number, position: number): Promise<Buffer | null> {
  const { bytesRead, buffer } = await read(file, Buffer.allocUnsafeSlow(wanted), 0, wanted, position);
  return bytesRead === 0 ? null : buffer.subarray(0, bytesRead);
}

function endsEarly(position: number, end: number): Error {
  return new Error(`the file ends at byte ${position} instead of ${end}`);
}

/** Not fs.createReadStream: just as fast, but what it fails with could not be put into words. */
class ObjectStream extends Readable {
  readonly #file: number;
  readonly #end: number;
  readonly #translate: (error: unknown) => unknown;
  #position: number;
  #reading: Promise<void> = Promise.resolve();

  constructor(file: number, start: number, end: number, translate: (error: unknown) => unknown) {
    super({ highWaterMark: READ_SIZE });
    this.#file = file;
    this.#position = start;
    this.#end = end;
    this.#translate = translate;
  }

  override _read(): void {
    this.#reading = this.#readNext();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // After the read under way: its descriptor's number could be another file's by the time it runs.
    const closed = this.#reading.then(() => close(this.#file));
    closed.then(
      () => callback(error),
      (closeError: unknown) => callback(error ?? (closeError as Error)),
    );
  }

  async #readNext(): Promise<void> {
    try {
      const wanted = Math.min(READ_SIZE, this.#end - this.#position);
      const part = await readUpTo(this.#file, wanted, this.#position);
      if (part === null) throw endsEarly(this.#position, this.#end);
      this.#position += part.length;
      this.push(part);
      if (this.#position >= this.#end) this.push(null);
    } catch (error) {
      this.destroy(this.#translate(error) as Error);
    }
  }
}
