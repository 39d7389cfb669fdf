const BYTES = 4;

/** The values as 32 bits each, little-endian as gzip and zstd have theirs. */
export function writeUint32s(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * BYTES);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * BYTES);
  return bytes;
}

export function readUint32s(bytes: Buffer): Uint32Array {
  return Uint32Array.from({ length: bytes.length / BYTES }, (_, index) => bytes.readUInt32LE(index * BYTES));
}
