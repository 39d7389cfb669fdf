import { invalidMultipart } from './invalid-multipart.ts';

const CR = 0x0d;

/** Cuts a stream of bytes at separators, each of which starts with CR. */
export class FormStream {
  readonly #source: AsyncIterator<Buffer>;
  /** What was read and not yet taken. */
  #held: Buffer;

  /** `head` comes before the first byte of the source. */
  constructor(source: AsyncIterable<Buffer>, head: Buffer) {
    this.#source = source[Symbol.asyncIterator]();
    this.#held = head;
  }

  /**
   * The next bytes before `separator`, as they came, without a copy; null once it is reached, which takes it away.
   * Held back is only what may be its beginning. Throws INVALID_MULTIPART when the source ends before it.
   */
  async piece(separator: Buffer): Promise<Buffer | null> {
    for (;;) {
      const at = this.#held.indexOf(separator);
      if (at === 0) {
        this.#take(separator.length);
        return null;
      }
      const free = at === -1 ? this.#held.length - lengthOfBeginning(this.#held, separator) : at;
      if (free > 0) return this.#take(free);
      if (!(await this.#read())) throw invalidMultipart('ended before its last boundary');
    }
  }

  /** All bytes before `separator`, which is taken away; throws `tooLong()` for more than `limit`. */
  async until(separator: Buffer, limit: number, tooLong: () => Error): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let size = 0;
    for (;;) {
      const piece = await this.piece(separator);
      if (piece === null) return Buffer.concat(pieces, size);
      size += piece.length;
      if (size > limit) throw tooLong();
      pieces.push(piece);
    }
  }

  /** Takes `expected` away if it comes next. */
  async skip(expected: Buffer): Promise<boolean> {
    while (this.#held.length < expected.length && (await this.#read()));
    if (!this.#held.subarray(0, expected.length).equals(expected)) return false;
    this.#take(expected.length);
    return true;
  }

  /** Everything up to the end; throws `tooLong()` for more than `limit` bytes. */
  async rest(limit: number, tooLong: () => Error): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let size = 0;
    do {
      size += this.#held.length;
      if (size > limit) throw tooLong();
      pieces.push(this.#take(this.#held.length));
    } while (await this.#read());
    return Buffer.concat(pieces, size);
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  #take(length: number): Buffer {
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  async #read(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done === true) return false;
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
    return true;
  }
}

/** How many bytes at the end of `buffer` may be the beginning of `separator`. */
function lengthOfBeginning(buffer: Buffer, separator: Buffer): number {
  const from = Math.max(0, buffer.length - separator.length + 1);
  for (let at = buffer.indexOf(CR, from); at !== -1; at = buffer.indexOf(CR, at + 1)) {
    const length = buffer.length - at;
    if (buffer.compare(separator, 0, length, at) === 0) return length;
  }
  return 0;
}
