import { DamagedObjectError } from './damaged-object-error.ts';

/** Takes exact numbers of bytes from a stream of chunks. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #buffered: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async atEnd(): Promise<boolean> {
    return !(await this.#fill(1));
  }

  /** The next `length` bytes, which stay to be taken; throws DamagedObjectError when fewer are left. */
  async peek(length: number): Promise<Buffer> {
    if (!(await this.#fill(length))) throw new DamagedObjectError('the object is cut short');
    return this.#buffered.subarray(0, length);
  }

  /** The next `length` bytes; throws DamagedObjectError when fewer are left. */
  async take(length: number): Promise<Buffer> {
    const taken = await this.peek(length);
    this.#buffered = this.#buffered.subarray(length);
    return taken;
  }

  /** Drops `length` bytes without holding them. */
  async skip(length: number): Promise<void> {
    for (let left = length; left > 0;) {
      await this.peek(1);
      const dropped = Math.min(left, this.#buffered.length);
      this.#buffered = this.#buffered.subarray(dropped);
      left -= dropped;
    }
  }

  async #fill(length: number): Promise<boolean> {
    if (this.#buffered.length >= length) return true;
    const chunks = [this.#buffered];
    let available = this.#buffered.length;
    while (available < length) {
      const next = await this.#chunks.next();
      if (next.done === true) break;
      chunks.push(next.value);
      available += next.value.length;
    }
    this.#buffered = Buffer.concat(chunks);
    return available >= length;
  }
}
