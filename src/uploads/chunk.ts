import { AppError } from '../lib/errors.ts';

/** The body of one request that adds bytes to an upload. */
export interface Chunk {
  readonly offset: number;
  /** Null for a chunked transfer. */
  readonly length: number | null;
  readonly open: () => AsyncIterable<Buffer>;
  /** Breaks the body off. */
  readonly cancel: () => void;
}

export function beyondLength(length: number): AppError {
  return new AppError('FILE_TOO_LARGE', `The chunk goes beyond the upload's length of ${length} bytes.`, {
    limit: length,
  });
}
