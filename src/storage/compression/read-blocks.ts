import type { Readable } from 'node:stream';
import type { BlockFormat } from './block-format.ts';
import type { BlockIndex } from './block-index.ts';
import { ByteReader } from './byte-reader.ts';
import { mapInOrder } from './map-in-order.ts';

/** One block is decoded while the next is read; more would only raise what every download holds. */
const BLOCKS_UNDER_WAY = 2;

/** The decoded blocks `first` to `last`; `stored` yields their stored bytes and nothing else. */
export function readBlocks(
  format: BlockFormat,
  index: BlockIndex,
  stored: Readable,
  first: number,
  last: number,
): AsyncGenerator<Buffer> {
  return mapInOrder(takeBlocks(index, stored, first, last), BLOCKS_UNDER_WAY, ({ bytes, decodedLength }) =>
    format.decodeBlock(bytes, decodedLength),
  );
}

async function* takeBlocks(index: BlockIndex, stored: Readable, first: number, last: number) {
  const reader = new ByteReader(stored);
  for (let block = first; block <= last; block++) {
    yield { bytes: await reader.take(index.storedLength(block)), decodedLength: index.decodedLength(block) };
  }
}
