/** How much of a body is looked at to tell its type. */
export const HEAD_SIZE = 4096;

export interface BodyWithHead {
  readonly head: Buffer;
  /** True when the head is the whole body. */
  readonly complete: boolean;
  /** The whole body again, from its first byte; iterate once, or call its `return` to let go of the source. */
  readonly body: AsyncGenerator<Buffer, void, undefined>;
}

/** Reads just enough of a body to tell its type (`wanted` bytes), and gives it back whole. */
export async function takeHead(source: AsyncIterable<Buffer>, wanted = HEAD_SIZE): Promise<BodyWithHead> {
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let size = 0;
  let complete = false;
  while (size < wanted) {
    const next = await iterator.next();
    if (next.done === true) {
      complete = true;
      break;
    }
    if (next.value.length === 0) continue;
    chunks.push(next.value);
    size += next.value.length;
  }
  const joined = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  return {
    head: joined.subarray(0, wanted),
    complete: complete && size <= wanted,
    body: replay(chunks, complete, iterator),
  };
}

async function* replay(
  chunks: readonly Buffer[],
  complete: boolean,
  iterator: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* chunks;
    if (complete) return;
    for (;;) {
      const next = await iterator.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
