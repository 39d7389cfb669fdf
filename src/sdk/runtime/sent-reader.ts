import { digestOf } from './digest.ts';

/** What of a file the server may have: so many bytes from its beginning, and what they were. */
export interface SentBytes {
  readonly bytes: number;
  /** Of the blocks of that size, each hashed together with the digest of those before it. */
  readonly digest: string;
  readonly blockSize: number;
}

/** A piece of a file as tus-js-client takes it: it looks for the length under `size`. */
interface Piece {
  readonly value: Uint8Array & { readonly size: number };
  readonly done: boolean;
}

/**
 * Gives tus-js-client a blob piece by piece, alike in browsers and in Node, where it knows no blobs. Before a piece is
 * sent it has a digest, which is kept with the upload's address: who goes on later sees whether the file is still the
 * one whose beginning was sent.
 */
export class SentReader {
  readonly size: number;
  readonly #content: Blob;
  readonly #beforeSending: () => Promise<void>;
  #sent: SentBytes;

  /** `beforeSending` keeps what is `sent` by then. */
  constructor(content: Blob, chunkSize: number, beforeSending: () => Promise<void>) {
    this.size = content.size;
    this.#content = content;
    this.#beforeSending = beforeSending;
    this.#sent = { bytes: 0, digest: '', blockSize: Math.min(chunkSize, content.size) };
  }

  get sent(): SentBytes {
    return this.#sent;
  }

  /** A part of one block, which may end before `end`. */
  async slice(start: number, end: number): Promise<Piece> {
    const { blockSize } = this.#sent;
    const from = start - (start % blockSize);
    const to = Math.min(from + blockSize, this.size);
    const piece =
      to <= this.#sent.bytes
        ? await this.#read(start, Math.min(end, to))
        : (await this.#next(from, to)).subarray(start - from, end - from);
    await this.#beforeSending();
    return { value: Object.assign(piece, { size: piece.length }), done: start + piece.length >= this.size };
  }

  /** Goes on from what an earlier page or process sent. False if it was another file, or when it is not `wanted` any more. */
  async goOnFrom(sent: SentBytes, wanted: () => boolean): Promise<boolean> {
    let own: SentBytes = { ...sent, bytes: 0, digest: '' };
    while (own.bytes < sent.bytes) {
      if (!wanted()) return false;
      const block = await this.#read(own.bytes, own.bytes + own.blockSize);
      if (block.length === 0) return false;
      own = await following(own, block);
    }
    if (own.digest !== sent.digest || !wanted()) return false;
    this.#sent = own;
    return true;
  }

  close(): void {
    // Nothing is open.
  }

  /** The block after those that are sent. */
  async #next(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    const before = this.#sent;
    const block = await this.#read(from, to);
    const next = await following(before, block);
    // A slice that was given up, but still went on, may have been faster.
    if (this.#sent === before && from === before.bytes) this.#sent = next;
    if (to > this.#sent.bytes) throw new Error('the server has more than was sent');
    return block;
  }

  async #read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.#content.slice(from, to).arrayBuffer());
  }
}

async function following(sent: SentBytes, block: Uint8Array<ArrayBuffer>): Promise<SentBytes> {
  const both = new TextEncoder().encode(`${sent.digest} ${await digestOf(block)}`);
  return { ...sent, bytes: sent.bytes + block.length, digest: await digestOf(both) };
}
