import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { AppError } from '../lib/errors.ts';
import type { StoredFile } from './stored-file.ts';

/**
 * A whole file's bytes, held against its SHA-256 on their way. The last of them pass only if all are right, so that
 * damage breaks the download off and nobody takes a damaged file for a whole one.
 */
export function verifiedContent(
  content: Readable,
  file: StoredFile,
  onDamage: (file: StoredFile) => void,
): Readable {
  return Readable.from(verified(content, file, onDamage), { objectMode: false });
}

async function* verified(
  content: Readable,
  file: StoredFile,
  onDamage: (file: StoredFile) => void,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let held: Buffer | null = null;
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      hash.update(chunk);
      if (held !== null) yield held;
      held = chunk;
    }
    if (hash.digest('hex') !== file.checksum)
      throw new Error('it has another SHA-256 than what was uploaded');
  } catch (error) {
    // Trouble with the backend says nothing of the bytes; all else means that they end early or cannot be decoded.
    if (error instanceof AppError) throw error;
    onDamage(file);
    throw damaged(file, error);
  }
  if (held !== null) yield held;
}

function damaged({ id, name, backend, bucket, objectKey }: StoredFile, reason: unknown): AppError {
  const message = `The stored bytes of "${name}" are damaged; tell the operator to run "alyx storage check --deep".`;
  const cause = new Error(`file ${id}: ${bucket}/${objectKey} of backend ${backend}`, { cause: reason });
  return new AppError('INTERNAL_ERROR', message, { id, reason: 'bytes_damaged' }, { cause });
}
