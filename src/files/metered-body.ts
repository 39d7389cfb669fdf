import { createHash } from 'node:crypto';

/** Counts and hashes a body while it passes, and stops it at the first byte over the limit. */
export class MeteredBody implements AsyncIterable<Buffer> {
  readonly #source: AsyncIterable<Buffer>;
  readonly #limit: number;
  readonly #overLimit: () => Error;
  readonly #hash = createHash('sha256');
  #size = 0;

  /** `overLimit` makes the error for a body of more than `limit` bytes. */
  constructor(source: AsyncIterable<Buffer>, limit: number, overLimit: () => Error) {
    this.#source = source;
    this.#limit = limit;
    this.#overLimit = overLimit;
  }

  get size(): number {
    return this.#size;
  }

  /** SHA-256 of what has passed, in hex; once only, after the end. */
  checksum(): string {
    return this.#hash.digest('hex');
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of this.#source) {
      this.#size += chunk.length;
      if (this.#size > this.#limit) throw this.#overLimit();
      this.#hash.update(chunk);
      yield chunk;
    }
  }
}
