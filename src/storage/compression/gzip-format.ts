import { pipeline, type Readable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, crc32, createGunzip, deflateRaw, inflateRaw } from 'node:zlib';
import { giveBackRoom } from '../../lib/give-back.ts';
import type { BlockFormat, ObjectEncoder, ReadStored } from './block-format.ts';
import { BLOCK_SIZE } from './block-format.ts';
import { BlockIndex } from './block-index.ts';
import { DamagedObjectError } from './damaged-object-error.ts';
import { marginLength, readMargin, writeMargin } from './deflate-margin.ts';
import { readUint32s, writeUint32s } from './uint32.ts';
import { DECODED_CHUNK, oneShotChunk } from './zlib-chunks.ts';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

const LEVEL = 6;

/** RFC 1952, 2.3: no name, no time, unknown system. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

/** Final blocks without content. Which of the two ends the object says whether an index precedes it: no content of a file can reach here. */
const END_WITHOUT_INDEX = Buffer.from([0b011, 0x00]);
const END_WITH_INDEX = Buffer.from([(0b10101 << 3) | 0b001, 0x00, 0x00, 0xff, 0xff]);

/** CRC-32 and length of everything decoded. */
const TRAILER_LENGTH = 8;
const CHECK_LENGTH = marginLength(4);

/** Block size, number of blocks, size of the last, CRC-32 of the table of lengths: each 32 bits. */
const SUMMARY_BYTES = 16;
const SUMMARY_LENGTH = marginLength(SUMMARY_BYTES);
const END_LENGTH = SUMMARY_LENGTH + END_WITH_INDEX.length + TRAILER_LENGTH;

/**
 * One gzip member. Every block ends in a full flush, after which deflate refers to nothing before it (RFC 1951
 * has no name for it; zlib's Z_FULL_FLUSH), so that it can be decoded alone; its CRC-32 and the index lie in the
 * margin of the same deflate stream. Members of their own would be simpler, but clients differ on what follows
 * the first: browsers drop it in silence, curl fails.
 */
export const GZIP_FORMAT: BlockFormat = {
  startObject: () => new GzipEncoder(),
  decodeBlock,
  readIndex,
  decode,
};

class GzipEncoder implements ObjectEncoder {
  #crc = 0;
  #decodedSize = 0;

  async encodeBlock(decoded: Buffer): Promise<Buffer> {
    this.#crc = crc32(decoded, this.#crc);
    this.#decodedSize += decoded.length;
    const coded = await deflate(decoded, {
      level: LEVEL,
      finishFlush: constants.Z_FULL_FLUSH,
      chunkSize: oneShotChunk(decoded.length),
    });
    const block = Buffer.concat([coded, writeMargin(writeUint32s([crc32(decoded)]))]);
    giveBackRoom(coded);
    return block;
  }

  head(): Buffer {
    return HEADER;
  }

  tail(blockLengths: readonly number[]): Buffer {
    const trailer = writeUint32s([this.#crc, this.#decodedSize % 2 ** 32]);
    if (blockLengths.length === 1) return Buffer.concat([END_WITHOUT_INDEX, trailer]);
    const table = writeUint32s(blockLengths);
    const lastBlockSize = this.#decodedSize - (blockLengths.length - 1) * BLOCK_SIZE;
    const summary = writeUint32s([BLOCK_SIZE, blockLengths.length, lastBlockSize, crc32(table)]);
    return Buffer.concat([writeMargin(table), writeMargin(summary), END_WITH_INDEX, trailer]);
  }
}

async function decodeBlock(stored: Buffer, decodedSize: number): Promise<Buffer> {
  const check = readMargin(stored.subarray(-CHECK_LENGTH));
  const decoded = await inflate(stored, {
    finishFlush: constants.Z_SYNC_FLUSH,
    maxOutputLength: decodedSize,
    chunkSize: oneShotChunk(decodedSize),
  }).catch((cause: unknown) => {
    throw new DamagedObjectError('a block cannot be inflated', { cause });
  });
  if (decoded.length !== decodedSize || check?.readUInt32LE(0) !== crc32(decoded)) {
    throw new DamagedObjectError('a block does not match its checksum');
  }
  return decoded;
}

async function readIndex(storedSize: number, read: ReadStored): Promise<BlockIndex | null> {
  if (storedSize < HEADER.length + END_LENGTH) return null;
  const end = await read(storedSize - END_LENGTH, END_LENGTH);
  if (!end.subarray(SUMMARY_LENGTH, -TRAILER_LENGTH).equals(END_WITH_INDEX)) return null;

  const { blockSize, blockCount, lastBlockSize, tableCrc } = readSummary(end.subarray(0, SUMMARY_LENGTH));
  const tableLength = marginLength(blockCount * 4);
  const dataEnd = storedSize - END_LENGTH - tableLength;
  if (dataEnd < HEADER.length) throw damagedIndex();
  const table = readMargin(await read(dataEnd, tableLength));
  if (table === null || crc32(table) !== tableCrc) throw damagedIndex();
  return new BlockIndex({
    dataStart: HEADER.length,
    dataEnd,
    lengths: readUint32s(table),
    blockSize,
    lastBlockSize,
  });
}

function readSummary(margin: Buffer) {
  const summary = readMargin(margin);
  if (summary === null) throw damagedIndex();
  return {
    blockSize: summary.readUInt32LE(0),
    blockCount: summary.readUInt32LE(4),
    lastBlockSize: summary.readUInt32LE(8),
    tableCrc: summary.readUInt32LE(12),
  };
}

function damagedIndex(): DamagedObjectError {
  return new DamagedObjectError('the index of blocks is damaged');
}

async function* decode(stored: Readable): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: DECODED_CHUNK });
  pipeline(stored, gunzip, () => undefined); // its error is thrown by the iteration
  yield* gunzip as AsyncIterable<Buffer>;
}
