import { BATCH_CHUNKS, BATCH_SIZE } from '../lib/batch-bounds.ts';

export interface Batch {
  readonly chunks: readonly Uint8Array[];
  /** Bytes of all chunks. */
  readonly length: number;
  /** True when the body has ended; a body that ends right after a batch has left has no last one. */
  readonly isLast: boolean;
}

/** ms after which a batch leaves with the next chunk: what slow clients send is not kept until there is much of it. */
const BATCH_AGE = 100;

/**
 * Gathers a body into batches, without copying, at least one. Throws before the last batch leaves when `size` is
 * given and the body is not that long.
 */
export async function* inBatches(body: AsyncIterable<Uint8Array>, size?: number): AsyncGenerator<Batch> {
  let chunks: Uint8Array[] = [];
  let length = 0;
  let total = 0;
  let begunAt = performance.now();
  for await (const chunk of body) {
    total += chunk.length;
    if (size !== undefined && total > size) throw wrongSize(size, 'more');
    chunks.push(chunk);
    length += chunk.length;
    const isYoung = performance.now() - begunAt < BATCH_AGE;
    if (length < BATCH_SIZE && chunks.length < BATCH_CHUNKS && isYoung) continue;
    yield { chunks, length, isLast: false };
    chunks = [];
    length = 0;
    begunAt = performance.now();
  }
  if (size !== undefined && total < size) throw wrongSize(size, `only ${total}`);
  if (length > 0 || total === 0) yield { chunks, length, isLast: true };
}

function wrongSize(announced: number, received: string): Error {
  return new Error(`a body of ${announced} bytes was announced, but ${received} came`);
}
