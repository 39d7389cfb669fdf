import { giveBack } from '../../lib/give-back.ts';
import { BLOCK_SIZE } from './block-format.ts';

export interface Block {
  readonly decoded: Buffer;
  readonly last: boolean;
}

/**
 * Cuts a body into blocks of BLOCK_SIZE bytes, the last one shorter; an empty body is one empty block. The bytes
 * are copied, so that memory stays bounded however small the chunks are. Throws when `size` is given and wrong,
 * before the last block leaves.
 */
export async function* cutBlocks(body: AsyncIterable<Uint8Array>, size?: number): AsyncGenerator<Block> {
  let block = Buffer.allocUnsafeSlow(BLOCK_SIZE);
  let filled = 0;
  let total = 0;
  for await (const chunk of body) {
    total += chunk.length;
    if (size !== undefined && total > size) throw wrongSize(size, 'more');
    for (let taken = 0; taken < chunk.length;) {
      if (filled === BLOCK_SIZE) {
        yield { decoded: block, last: false };
        block = Buffer.allocUnsafeSlow(BLOCK_SIZE);
        filled = 0;
      }
      const part = chunk.subarray(taken, taken + BLOCK_SIZE - filled);
      block.set(part, filled);
      filled += part.length;
      taken += part.length;
    }
    giveBack(chunk);
  }
  if (size !== undefined && total < size) throw wrongSize(size, `only ${total}`);
  yield { decoded: block.subarray(0, filled), last: true };
}

function wrongSize(announced: number, received: string): Error {
  return new Error(`a body of ${announced} bytes was announced, but ${received} came`);
}
