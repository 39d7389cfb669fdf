import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { giveBackRoom } from '../../lib/give-back.ts';
import type { BlockFormat, ObjectEncoder } from './block-format.ts';
import { DamagedObjectError } from './damaged-object-error.ts';
import { oneShotChunk } from './zlib-chunks.ts';
import { decodeZstd } from './zstd-decode.ts';
import { readSeekTable, seekTableHead, writeSeekTable } from './zstd-seek-table.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

const LEVEL = 3;
const NOTHING = Buffer.alloc(0);

/** One zstd frame per block, each with its size and checksum; a seek table after several. */
export const ZSTD_FORMAT: BlockFormat = {
  startObject: () => new ZstdEncoder(),
  decodeBlock,
  readIndex: readSeekTable,
  decode: decodeZstd,
};

class ZstdEncoder implements ObjectEncoder {
  #lastBlockSize = 0;

  async encodeBlock(decoded: Buffer): Promise<Buffer> {
    this.#lastBlockSize = decoded.length;
    const coded = await compress(decoded, {
      params: { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_checksumFlag]: 1 },
      pledgedSrcSize: decoded.length,
      chunkSize: oneShotChunk(decoded.length),
    });
    const block = Buffer.from(coded);
    giveBackRoom(coded);
    return block;
  }

  head(severalBlocks: boolean): Buffer {
    return severalBlocks ? seekTableHead() : NOTHING;
  }

  tail(blockLengths: readonly number[]): Buffer {
    return blockLengths.length > 1 ? writeSeekTable(blockLengths, this.#lastBlockSize) : NOTHING;
  }
}

async function decodeBlock(stored: Buffer, decodedSize: number): Promise<Buffer> {
  const decoded = await decompress(stored, {
    maxOutputLength: decodedSize,
    chunkSize: oneShotChunk(decodedSize),
  }).catch((cause: unknown) => {
    throw new DamagedObjectError('a block cannot be decompressed', { cause });
  });
  if (decoded.length !== decodedSize) throw new DamagedObjectError('a block has the wrong size');
  return decoded;
}
