import type { ByteReader } from './byte-reader.ts';
import { DamagedObjectError } from './damaged-object-error.ts';

/** RFC 8878, 3.1.1: a frame with data. */
const FRAME_MAGIC = 0xfd2fb528;
/** RFC 8878, 3.1.2: sixteen magic numbers start a frame that every decoder skips. */
const SKIPPABLE_MAGIC = 0x184d2a50;
export const SKIPPABLE_HEADER_LENGTH = 8;

const DICTIONARY_ID_LENGTHS = [0, 1, 2, 4];
const CONTENT_SIZE_LENGTHS = [0, 2, 4, 8];
const BLOCK_HEADER_LENGTH = 3;
const CHECKSUM_LENGTH = 4;
const BLOCK_TYPE_RLE = 1;

export type FrameStart =
  { readonly kind: 'data' } | { readonly kind: 'skippable'; readonly magic: number; readonly length: number };

/** What frame comes next; takes nothing. `length` counts a skippable frame's content. */
export async function peekFrame(reader: ByteReader): Promise<FrameStart> {
  const magic = (await reader.peek(4)).readUInt32LE();
  if (magic === FRAME_MAGIC) return { kind: 'data' };
  if ((magic & 0xfffffff0) >>> 0 !== SKIPPABLE_MAGIC) throw new DamagedObjectError('not a zstd frame');
  const length = (await reader.peek(SKIPPABLE_HEADER_LENGTH)).readUInt32LE(4);
  return { kind: 'skippable', magic, length };
}

/** A frame that decodes to nothing. */
export function skippableFrame(magic: number, content: Buffer): Buffer {
  const header = Buffer.alloc(SKIPPABLE_HEADER_LENGTH);
  header.writeUInt32LE(magic, 0);
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, content]);
}

/** The bytes of exactly one frame with data, in pieces of at most one zstd block (128 KiB). */
export async function* takeDataFrame(reader: ByteReader): AsyncGenerator<Buffer> {
  const descriptor = (await reader.peek(5)).readUInt8(4);
  yield await reader.take(headerLength(descriptor));
  for (let last = false; !last;) {
    const header = (await reader.peek(BLOCK_HEADER_LENGTH)).readUIntLE(0, BLOCK_HEADER_LENGTH);
    last = (header & 1) === 1;
    const length = ((header >>> 1) & 0b11) === BLOCK_TYPE_RLE ? 1 : header >>> 3;
    yield await reader.take(BLOCK_HEADER_LENGTH + length);
  }
  if ((descriptor & 0b100) !== 0) yield await reader.take(CHECKSUM_LENGTH);
}

function headerLength(descriptor: number): number {
  const singleSegment = (descriptor & 0b100000) !== 0;
  const contentSizeFlag = descriptor >>> 6;
  const contentSize =
    contentSizeFlag === 0 && singleSegment ? 1 : (CONTENT_SIZE_LENGTHS[contentSizeFlag] ?? 0);
  const dictionaryId = DICTIONARY_ID_LENGTHS[descriptor & 0b11] ?? 0;
  return 5 + (singleSegment ? 0 : 1) + dictionaryId + contentSize;
}
