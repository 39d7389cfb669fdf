import { AppError } from '../../lib/errors.ts';
import { jsonDepth } from '../json-depth.ts';

const SHA256 = /^[0-9a-f]{64}$/i;
const MAX_DEPTH = 16;

/** The SHA-256 a client announces, in lower-case hex; null when it announces none. Throws VALIDATION_ERROR. */
export function parseChecksum(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (SHA256.test(text)) return text.toLowerCase();
  const message = 'must be a SHA-256 in hex: 64 characters from 0-9 and a-f';
  throw new AppError('VALIDATION_ERROR', `checksum ${message}.`, [
    { field: 'checksum', code: 'invalid', message },
  ]);
}

/** Metadata that came as text; its shape is checked where it is admitted. Throws INVALID_METADATA. */
export function parseMetadata(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    if (jsonDepth(text) <= MAX_DEPTH) return JSON.parse(text) as unknown;
  } catch {
    // told below
  }
  throw new AppError(
    'INVALID_METADATA',
    `metadata must be a JSON object, nested at most ${MAX_DEPTH} levels deep.`,
  );
}
