import type { BlockFormat } from './block-format.ts';
import { giveBack } from '../../lib/give-back.ts';
import { cutBlocks } from './cut-blocks.ts';
import { mapInOrder } from './map-in-order.ts';

/** Blocks being coded at once: as many as Node's thread pool has threads, at 2 MiB each. */
const BLOCKS_UNDER_WAY = 4;

/** The stored bytes for a body. `size` is the length the body must have, when it is known. */
export async function* encodeObject(
  format: BlockFormat,
  body: AsyncIterable<Uint8Array>,
  size?: number,
): AsyncGenerator<Buffer> {
  const object = format.startObject();
  const coded = mapInOrder(cutBlocks(body, size), BLOCKS_UNDER_WAY, async ({ decoded, last }) => {
    const stored = await object.encodeBlock(decoded);
    giveBack(decoded);
    return { stored, last };
  });
  const lengths: number[] = [];
  for await (const { stored, last } of coded) {
    if (lengths.length === 0) yield object.head(!last);
    lengths.push(stored.length);
    yield stored;
  }
  yield object.tail(lengths);
}
