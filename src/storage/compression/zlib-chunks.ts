/** Output bytes per step when a whole file is decoded: what one download holds, whatever the file decodes to. */
export const DECODED_CHUNK = 64 * 1024;

/** An output chunk that holds all of `size` bytes and the overhead of coding them, so that one trip to the thread pool does. */
export function oneShotChunk(size: number): number {
  return size + 1024;
}
