import type { ByteRange } from '../backend.ts';
import { MAX_BLOCK_SIZE } from './block-format.ts';
import { DamagedObjectError } from './damaged-object-error.ts';

/** What an index says: where the first block starts, the stored length of each, and how much each decodes to. */
export interface BlockTable {
  readonly dataStart: number;
  readonly dataEnd: number;
  readonly lengths: Uint32Array;
  /** Every block but the last decodes to this many bytes. */
  readonly blockSize: number;
  readonly lastBlockSize: number;
}

/** Where each block of an object lies. Costs 8 bytes per block: 8 MiB for an object of 1 TiB. */
export class BlockIndex {
  readonly blockCount: number;
  readonly decodedSize: number;
  readonly #blockSize: number;
  readonly #lastBlockSize: number;
  readonly #starts: Float64Array;

  /** Throws DamagedObjectError when the table contradicts itself. */
  constructor(table: BlockTable) {
    const { lengths, blockSize, lastBlockSize } = table;
    this.blockCount = lengths.length;
    this.decodedSize = (lengths.length - 1) * blockSize + lastBlockSize;
    this.#blockSize = blockSize;
    this.#lastBlockSize = lastBlockSize;
    this.#starts = startsOf(table);
    const sound =
      lengths.length > 0 &&
      blockSize <= MAX_BLOCK_SIZE &&
      lastBlockSize > 0 &&
      lastBlockSize <= blockSize &&
      this.#blockStart(lengths.length) === table.dataEnd;
    if (!sound) throw new DamagedObjectError('the index of blocks contradicts itself');
  }

  /** The block that holds the decoded byte at `position`; throws when there is no such byte. */
  blockAt(position: number): number {
    if (position < this.decodedSize) return Math.floor(position / this.#blockSize);
    throw new DamagedObjectError(`byte ${position} was asked for, but the object holds ${this.decodedSize}`);
  }

  decodedStart(block: number): number {
    return block * this.#blockSize;
  }

  decodedLength(block: number): number {
    return block === this.blockCount - 1 ? this.#lastBlockSize : this.#blockSize;
  }

  storedLength(block: number): number {
    return this.#blockStart(block + 1) - this.#blockStart(block);
  }

  /** The stored bytes of the blocks `first` to `last`. */
  storedRange(first: number, last: number): ByteRange {
    return { start: this.#blockStart(first), end: this.#blockStart(last + 1) - 1 };
  }

  #blockStart(block: number): number {
    return this.#starts[block] ?? NaN;
  }
}

function startsOf({ dataStart, lengths }: BlockTable): Float64Array {
  const starts = new Float64Array(lengths.length + 1);
  let start = dataStart;
  for (const [block, length] of lengths.entries()) {
    starts[block] = start;
    start += length;
  }
  starts[lengths.length] = start;
  return starts;
}
