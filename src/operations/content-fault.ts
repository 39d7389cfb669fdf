import { createHash } from 'node:crypto';
import type { ObjectPlace } from '../files/pending-objects-repository.ts';
import type { StoredFile } from '../files/stored-file.ts';
import { AppError } from '../lib/errors.ts';
import { ObjectNotFoundError } from '../storage/backend.ts';
import type { Backends } from '../storage/backends.ts';

/**
 * What is wrong with the content of an object that ought to hold the file, in words; null when it decodes to the
 * bytes that were uploaded. Reads all of it. Rejects when the object is missing or its backend cannot serve.
 */
export async function contentFault(
  backends: Backends,
  file: StoredFile,
  { backend, bucket, objectKey }: ObjectPlace,
  signal?: AbortSignal,
): Promise<string | null> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of await backends.get(backend, file.codec).get(bucket, objectKey)) {
      signal?.throwIfAborted();
      hash.update(chunk as Buffer);
      size += (chunk as Buffer).length;
    }
  } catch (error) {
    if (error instanceof ObjectNotFoundError || error instanceof AppError) throw error;
    signal?.throwIfAborted();
    return `it cannot be read (${error instanceof Error ? error.message : String(error)})`;
  }
  if (size !== file.size) return `it holds ${size} bytes instead of ${file.size}`;
  return hash.digest('hex') === file.checksum ? null : 'its SHA-256 is not the one of what was uploaded';
}
