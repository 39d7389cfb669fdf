import { Readable } from 'node:stream';

/** Content of which every byte is in memory already: who knows that need not read it as the stream that it also is. */
export class WholeContent extends Readable {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    super();
    this.bytes = bytes;
  }

  get length(): number {
    return this.bytes.length;
  }

  override _read(): void {
    this.push(this.bytes);
    this.push(null);
  }
}
