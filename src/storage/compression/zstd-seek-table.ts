import { BLOCK_SIZE, type ReadStored } from './block-format.ts';
import { BlockIndex } from './block-index.ts';
import { DamagedObjectError } from './damaged-object-error.ts';
import { readUint32s, writeUint32s } from './uint32.ts';
import { skippableFrame, SKIPPABLE_HEADER_LENGTH } from './zstd-frames.ts';

/**
 * Starts an object of several frames. Cut between two frames such an object is still a sound .zst file; this says
 * that a seek table is owed. It also tells our own tables from one that a file's content imitates, which can end
 * an object but never start it.
 */
export const MARKER_MAGIC = 0x184d2a5d;
const MARKER = skippableFrame(MARKER_MAGIC, Buffer.from('ALYX'));

/** The zstd seekable format: a last skippable frame holds both sizes of every frame, then a footer. */
export const SEEK_TABLE_MAGIC = 0x184d2a5e;
const FOOTER_MAGIC = 0x8f92eab1;
const FOOTER_LENGTH = 9;
const ENTRY_LENGTH = 8;

export function seekTableHead(): Buffer {
  return MARKER;
}

/** The seek table of an object whose frames are the marker and one per block. */
export function writeSeekTable(blockLengths: readonly number[], lastBlockSize: number): Buffer {
  const entries = [MARKER.length, 0];
  for (const length of blockLengths) entries.push(length, BLOCK_SIZE);
  entries[entries.length - 1] = lastBlockSize;
  const footer = Buffer.alloc(FOOTER_LENGTH);
  footer.writeUInt32LE(blockLengths.length + 1, 0);
  footer.writeUInt32LE(FOOTER_MAGIC, 5);
  return skippableFrame(SEEK_TABLE_MAGIC, Buffer.concat([writeUint32s(entries), footer]));
}

/** How many blocks a seek table covers, by the length of its frame's content. */
export function blocksInSeekTable(contentLength: number): number {
  return (contentLength - FOOTER_LENGTH) / ENTRY_LENGTH - 1;
}

/** Null when the object was not written with `writeSeekTable`; rejects with DamagedObjectError when its table is damaged. */
export async function readSeekTable(storedSize: number, read: ReadStored): Promise<BlockIndex | null> {
  if (storedSize < MARKER.length + SKIPPABLE_HEADER_LENGTH + FOOTER_LENGTH) return null;
  const footer = await read(storedSize - FOOTER_LENGTH, FOOTER_LENGTH);
  if (footer.readUInt32LE(5) !== FOOTER_MAGIC) return null;
  const marker = await read(0, MARKER.length);
  if (!marker.equals(MARKER)) return null;

  const entriesLength = footer.readUInt32LE(0) * ENTRY_LENGTH;
  const dataEnd = storedSize - FOOTER_LENGTH - entriesLength - SKIPPABLE_HEADER_LENGTH;
  if (dataEnd <= MARKER.length) throw damagedTable();
  const table = await read(dataEnd, SKIPPABLE_HEADER_LENGTH + entriesLength);
  return parseEntries(readUint32s(table.subarray(SKIPPABLE_HEADER_LENGTH)), dataEnd);
}

function parseEntries(entries: Uint32Array, dataEnd: number): BlockIndex {
  const blocks = entries.subarray(2); // after the marker's own entry
  const storedSizes = blocks.filter((_, at) => at % 2 === 0);
  const decodedSizes = blocks.filter((_, at) => at % 2 === 1);
  const blockSize = decodedSizes[0] ?? 0;
  if (decodedSizes.subarray(0, -1).some((size) => size !== blockSize)) throw damagedTable();
  return new BlockIndex({
    dataStart: MARKER.length,
    dataEnd,
    lengths: storedSizes,
    blockSize,
    lastBlockSize: decodedSizes.at(-1) ?? 0,
  });
}

function damagedTable(): DamagedObjectError {
  return new DamagedObjectError('the seek table is damaged');
}
