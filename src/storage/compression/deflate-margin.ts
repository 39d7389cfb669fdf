/**
 * Bytes that a deflate stream carries and no decoder yields. RFC 1951, 3.2.4: a stored block starts with 3 header
 * bits, then "any bits of input up to the next byte boundary are ignored". So an empty stored block that begins on
 * a byte boundary holds 5 bits to write in, and a row of them any number of bytes, at 8 stored bytes for one.
 */
const EMPTY_STORED_BLOCK = Buffer.from([0b000, 0x00, 0x00, 0xff, 0xff]);
const HEADER_BITS = 3;
const BITS_PER_BLOCK = 5;

/** Stored bytes that `length` bytes take in the margin. */
export function marginLength(length: number): number {
  return Math.ceil((length * 8) / BITS_PER_BLOCK) * EMPTY_STORED_BLOCK.length;
}

export function writeMargin(bytes: Buffer): Buffer {
  const margin = Buffer.alloc(marginLength(bytes.length), EMPTY_STORED_BLOCK);
  let bits = 0;
  let bitCount = 0;
  let at = 0;
  for (const byte of bytes) {
    bits |= byte << bitCount;
    bitCount += 8;
    for (; bitCount >= BITS_PER_BLOCK; bitCount -= BITS_PER_BLOCK, at += EMPTY_STORED_BLOCK.length) {
      margin[at] = (bits & 0b11111) << HEADER_BITS;
      bits >>>= BITS_PER_BLOCK;
    }
  }
  if (bitCount > 0) margin[at] = bits << HEADER_BITS;
  return margin;
}

/** The bytes in a margin that is given whole, or null when it is no margin. */
export function readMargin(margin: Buffer): Buffer | null {
  const blocks = margin.length / EMPTY_STORED_BLOCK.length;
  const bytes = Buffer.alloc(Math.floor((blocks * BITS_PER_BLOCK) / 8));
  let bits = 0;
  let bitCount = 0;
  let read = 0;
  for (let at = 0; at < margin.length; at += EMPTY_STORED_BLOCK.length) {
    if (!isEmptyStoredBlock(margin, at)) return null;
    bits |= (margin.readUInt8(at) >>> HEADER_BITS) << bitCount;
    bitCount += BITS_PER_BLOCK;
    if (bitCount < 8 || read === bytes.length) continue;
    bytes[read++] = bits & 0xff;
    bits >>>= 8;
    bitCount -= 8;
  }
  return bytes;
}

function isEmptyStoredBlock(stored: Buffer, at: number): boolean {
  if (at + EMPTY_STORED_BLOCK.length > stored.length) return false;
  return (stored.readUInt8(at) & 0b111) === 0 && stored.readUInt32LE(at + 1) === 0xffff0000;
}
