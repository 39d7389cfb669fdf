import { read as readFile } from 'node:fs';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { TurnShare } from '../lib/turn-share.ts';
import type { ByteRange } from './backend.ts';
import type { OpenFile, OpenFiles } from './open-files.ts';
import { WholeContent } from './whole-content.ts';

const read = promisify(readFile);

/** As much as a default stream reads. Larger buffers are mapped anew each: 256 MiB cost 1.35 s of CPU at 256 KiB, 0.57 at 64. */
const READ_SIZE = 64 * 1024;
/** Of all downloads. Without a limit, a hundred of them make turns that hold up everybody else. */
const READS_PER_TURN = 16;
const turns = new TurnShare(READS_PER_TURN);

/**
 * Null when no regular file lies there. What fits into one read is read at once; `translate` turns what goes wrong
 * later, while the rest is read, into words.
 */
export async function openObject(
  files: OpenFiles,
  path: string,
  range: ByteRange | undefined,
  translate: (error: unknown) => unknown,
): Promise<Readable | null> {
  const file = await files.take(path);
  if (file === null) return null;
  const { start, end } = range ?? { start: 0, end: file.size - 1 };
  if (end - start >= READ_SIZE) return new ObjectStream(files, file, start, end + 1, translate);
  try {
    return new WholeContent(await readWhole(file.descriptor, start, end + 1));
  } catch (error) {
    files.forget(path);
    throw error;
  } finally {
    files.giveBack(file);
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
  readonly #files: OpenFiles;
  readonly #file: OpenFile;
  readonly #end: number;
  readonly #translate: (error: unknown) => unknown;
  #position: number;
  #reading: Promise<void> = Promise.resolve();

  constructor(
    files: OpenFiles,
    file: OpenFile,
    start: number,
    end: number,
    translate: (error: unknown) => unknown,
  ) {
    super({ highWaterMark: READ_SIZE });
    this.#files = files;
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
    void this.#reading.then(() => {
      this.#files.giveBack(this.#file);
      callback(error);
    });
  }

  async #readNext(): Promise<void> {
    try {
      await turns.wait();
      const wanted = Math.min(READ_SIZE, this.#end - this.#position);
      const part = await readUpTo(this.#file.descriptor, wanted, this.#position);
      if (part === null) throw endsEarly(this.#position, this.#end);
      this.#position += part.length;
      this.push(part);
      if (this.#position >= this.#end) this.push(null);
    } catch (error) {
      this.#files.forget(this.#file.path);
      this.destroy(this.#translate(error) as Error);
    }
  }
}
