import { pipeline, type Readable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { ByteReader } from './byte-reader.ts';
import { DamagedObjectError } from './damaged-object-error.ts';
import { DECODED_CHUNK } from './zlib-chunks.ts';
import { peekFrame, SKIPPABLE_HEADER_LENGTH, takeDataFrame } from './zstd-frames.ts';
import { blocksInSeekTable, MARKER_MAGIC, SEEK_TABLE_MAGIC } from './zstd-seek-table.ts';

/**
 * Decodes every frame of a .zst file, whoever wrote it. Node's decompressor stops at the end of the first frame
 * (measured on 24.21: the rest is dropped in silence or refused), so each frame gets one of its own.
 */
export async function* decodeZstd(stored: Readable): AsyncGenerator<Buffer> {
  const reader = new ByteReader(stored);
  let dataFrames = 0;
  let seekTableOwed = false;
  let blocksInTable = 0;
  while (!(await reader.atEnd())) {
    const frame = await peekFrame(reader);
    if (frame.kind === 'data') {
      yield* decodeFrame(reader);
      dataFrames++;
      continue;
    }
    if (frame.magic === MARKER_MAGIC) seekTableOwed = true;
    if (frame.magic === SEEK_TABLE_MAGIC) blocksInTable = blocksInSeekTable(frame.length);
    await reader.skip(SKIPPABLE_HEADER_LENGTH + frame.length);
  }
  if (dataFrames === 0) throw new DamagedObjectError('the object holds no zstd frame');
  if (seekTableOwed && blocksInTable !== dataFrames) {
    throw new DamagedObjectError('the object lacks frames or its seek table');
  }
}

async function* decodeFrame(reader: ByteReader): AsyncGenerator<Buffer> {
  const decompressor = createZstdDecompress({ chunkSize: DECODED_CHUNK });
  pipeline(takeDataFrame(reader), decompressor, () => undefined); // its error is thrown by the iteration
  yield* decompressor as AsyncIterable<Buffer>;
}
