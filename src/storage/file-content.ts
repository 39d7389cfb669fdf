import { read as readFile } from 'node:fs';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { readCached } from '../lib/read-cached.ts';
import { sendfile } from '../lib/sendfile.ts';
import { TurnShare } from '../lib/turn-share.ts';
import type { OpenFile, OpenFiles } from './open-files.ts';

const read = promisify(readFile);

/** As much as a default stream reads. Larger buffers are mapped anew each: 256 MiB cost 1.35 s of CPU at 256 KiB, 0.57 at 64. */
export const READ_SIZE = 64 * 1024;
/** What the system moves at once; beside other downloads less, or small ones would wait for large ones. */
const SENDFILE_SIZE = { alone: 4 * 1024 * 1024, besideOthers: 128 * 1024 };
/** How often the system is called for a download that is alone, while its client keeps up, before Node writes again. */
const SENDS_AT_ONCE = 8;
/** Of all downloads. Without a limit, a hundred of them make turns that hold up everybody else. */
const READS_PER_TURN = 16;
const turns = new TurnShare(READS_PER_TURN);
let sending = 0;

/** A part of a file of a backend, to be read as the stream that it is, or by `next`. */
export class FileContent extends Readable {
  /** Bytes in all. */
  readonly length: number;
  readonly #files: OpenFiles;
  readonly #file: OpenFile;
  readonly #end: number;
  readonly #translate: (error: unknown) => unknown;
  #position: number;
  #reading: Promise<unknown> = Promise.resolve();

  /** From `start` to before `end`. `translate` turns what goes wrong into words. */
  constructor(
    files: OpenFiles,
    file: OpenFile,
    start: number,
    end: number,
    translate: (error: unknown) => unknown,
  ) {
    super({ highWaterMark: READ_SIZE });
    this.length = end - start;
    this.#files = files;
    this.#file = file;
    this.#position = start;
    this.#end = end;
    this.#translate = translate;
  }

  /**
   * The next bytes; null when there are no more. A socket to which all that came before has been written takes what it
   * has room for right from the file, and the bytes are those behind that.
   */
  next(socket: Socket | null = null): Promise<Buffer | null> {
    const next = this.#next(socket);
    this.#reading = next.catch(() => undefined);
    return next;
  }

  override _read(): void {
    void this.next().then(
      (part) => {
        this.push(part);
        if (part !== null && this.#position >= this.#end) this.push(null);
      },
      (error: unknown) => this.destroy(error as Error),
    );
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // After the read under way: its descriptor's number could be another file's by the time it runs.
    void this.#reading.then(() => {
      this.#files.giveBack(this.#file);
      callback(error);
    });
  }

  async #next(socket: Socket | null): Promise<Buffer | null> {
    await turns.wait();
    if (socket !== null) await this.#sendTo(socket);
    if (this.#position >= this.#end || this.destroyed) return null;
    const { descriptor, path } = this.#file;
    try {
      const part = await readUpTo(
        descriptor,
        Math.min(READ_SIZE, this.#end - this.#position),
        this.#position,
      );
      if (part === null) throw endsEarly(this.#position, this.#end);
      this.#position += part.length;
      return part;
    } catch (error) {
      this.#files.forget(path);
      throw this.#translate(error);
    }
  }

  async #sendTo(socket: Socket): Promise<void> {
    sending += 1;
    try {
      for (let sends = 0; sends < SENDS_AT_ONCE && (await this.#sendShare(socket)); sends += 1);
    } finally {
      sending -= 1;
    }
  }

  /** Whether the system has moved so much that there may be room for more. */
  async #sendShare(socket: Socket): Promise<boolean> {
    const left = this.#end - this.#position;
    if (left === 0 || this.destroyed) return false;
    const share = sending === 1 ? SENDFILE_SIZE.alone : SENDFILE_SIZE.besideOthers;
    const { descriptor } = this.#file;
    const sent = await sendfile(socket, descriptor, this.#position, Math.min(share, left));
    this.#position += sent;
    return sent === SENDFILE_SIZE.alone;
  }
}

/** Null at the end of the file. */
export async function readUpTo(file: number, wanted: number, position: number): Promise<Buffer | null> {
  const buffer = Buffer.allocUnsafeSlow(wanted);
  const length =
    (await readCached(file, buffer, position)) ?? (await read(file, buffer, 0, wanted, position)).bytesRead;
  return length === 0 ? null : buffer.subarray(0, length);
}

export function endsEarly(position: number, end: number): Error {
  return new Error(`the file ends at byte ${position} instead of ${end}`);
}
