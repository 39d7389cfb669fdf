/** What is smaller is left to the garbage collector: handing it back would cost more than it keeps. */
const WORTH_IT = 16 * 1024;

/**
 * Gives the memory of `bytes` back at once, where V8 would get to it only when its young generation is full, which
 * a hundred buffers of a socket, 64 KiB each, hardly fill. To be called by whoever read them last: they are empty
 * afterwards. Leaves alone what is part of something larger.
 */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (byteLength < WORTH_IT || byteLength !== buffer.byteLength) return;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/**
 * Likewise, with all of the buffer that `bytes` lie in: for whoever knows that nobody reads the rest of it either.
 * Leaves alone the buffer that Node cuts small ones from.
 */
export function giveBackRoom({ buffer }: Uint8Array): void {
  if (buffer.byteLength <= Math.max(WORTH_IT, Buffer.poolSize)) return;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
