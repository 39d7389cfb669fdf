import { DamagedObjectError } from './damaged-object-error.ts';

/**
 * `length` bytes after the first `skip`, or all that follow. The last piece is held back until the chunks have
 * ended well: formats check content after it, and a client that was sent every byte would never see the failure.
 * Throws DamagedObjectError when the chunks end too early. With `release`, of a chunk that is cut a copy goes on, and
 * the chunk is handed to it: a few bytes would keep all of it otherwise.
 */
export async function* clip(
  chunks: AsyncIterable<Buffer>,
  skip = 0,
  length = Infinity,
  release?: (chunk: Buffer) => void,
): AsyncGenerator<Buffer> {
  const end = skip + length;
  let position = 0;
  let held: Buffer | undefined;
  for await (const chunk of chunks) {
    let piece = chunk.subarray(Math.max(skip - position, 0), Math.max(end - position, 0));
    position += chunk.length;
    if (release !== undefined && piece.length < chunk.length) {
      piece = Buffer.from(piece);
      release(chunk);
    }
    if (piece.length === 0) continue;
    if (held !== undefined) yield held;
    held = piece;
  }
  if (length !== Infinity && position < end)
    throw new DamagedObjectError('the object ends before the range does');
  if (held !== undefined) yield held;
}
