import type { Readable } from 'node:stream';
import type { BlockIndex } from './block-index.ts';

/**
 * Decoded bytes per block, the least that a range costs to decode. Measured on JavaScript, machine code and JSON
 * logs: smaller blocks lose ratio (zstd 5-12 % per halving below 1 MiB), larger ones win under 4 % and double the
 * cost of a late range and the memory of every upload.
 */
export const BLOCK_SIZE = 1024 * 1024;

/** What an index may claim per block, so that a damaged one cannot ask for any amount of memory. */
export const MAX_BLOCK_SIZE = 16 * BLOCK_SIZE;

/** Reads `length` stored bytes from `start`; rejects when the object holds fewer. */
export type ReadStored = (start: number, length: number) => Promise<Buffer>;

/**
 * A file format of independently coded blocks. An object of several blocks carries an index of their places; one
 * of a single block is a plain file of the format. Either is one ordinary file to every other tool.
 */
export interface BlockFormat {
  startObject(): ObjectEncoder;

  /** Rejects with DamagedObjectError unless the block is intact and of that size. */
  decodeBlock(stored: Buffer, decodedSize: number): Promise<Buffer>;

  /** Null when the object carries no index; rejects with DamagedObjectError when it carries a damaged one. */
  readIndex(storedSize: number, read: ReadStored): Promise<BlockIndex | null>;

  /** Decodes any file of the format from its first byte to its last; fails at its end at the latest if it is damaged. */
  decode(stored: Readable): AsyncIterable<Buffer>;
}

/** Codes one object: `encodeBlock` for every block in order, `head` and `tail` around the results. */
export interface ObjectEncoder {
  encodeBlock(decoded: Buffer): Promise<Buffer>;
  head(severalBlocks: boolean): Buffer;
  tail(blockLengths: readonly number[]): Buffer;
}
