import type { Readable } from 'node:stream';
import type { Caller } from '../auth/caller.ts';
import type { SignedTarget } from '../auth/signed-tokens.ts';
import { AppError } from '../lib/errors.ts';
import { ObjectNotFoundError, type ByteRange } from '../storage/backend.ts';
import { requireAccess } from './access.ts';
import { requireBucket, type FilesContext } from './files-context.ts';
import { findFile } from './get-file.ts';
import { fileNotFound } from './refusals.ts';
import type { StoredFile } from './stored-file.ts';
import { verifiedContent } from './verified-content.ts';

/** The file's row, if the caller may `download` it and its bytes are there. */
export async function findDownload(
  context: FilesContext,
  caller: Caller,
  bucketName: string,
  id: string,
): Promise<StoredFile> {
  const bucket = requireBucket(context, bucketName);
  const file = await findFile(context, bucket, id);
  requireAccess(context, caller, bucket, 'download', file);
  if (file.bytesMissing) throw bytesMissing(file);
  return file;
}

/** The same for the bearer of a signed token, which stands in for the rule. */
export async function findSignedDownload(
  context: FilesContext,
  token: string,
  target: SignedTarget,
): Promise<StoredFile> {
  const bucket = requireBucket(context, target.bucket);
  context.signedTokens.verify(token, target, context.clock());
  const file = await findFile(context, bucket, target.fileId);
  if (file.bytesMissing) throw bytesMissing(file);
  return file;
}

/** The file's bytes, decoded; `range` counts decoded bytes. Verified where alyx.yml says so and they are all of it. */
export async function openContent(
  context: FilesContext,
  file: StoredFile,
  range?: ByteRange,
): Promise<Readable> {
  const content = await open(context, file, file.codec, range);
  const isWhole = range === undefined || (range.start === 0 && range.end === file.size - 1);
  return context.storage.verifyOnRead && isWhole ? verifiedContent(content, file, context.onDamage) : content;
}

/** The bytes as they lie in the backend, for a client that takes them in their coding. */
export function openStored(context: FilesContext, file: StoredFile): Promise<Readable> {
  return open(context, file, null);
}

/** Whether the stored bytes are where and as many as the row says, for somebody else to send them. */
export async function isInPlace({ backends }: FilesContext, file: StoredFile): Promise<boolean> {
  const object = await backends.get(file.backend).stat(file.bucket, file.objectKey);
  return object?.size === file.storedSize;
}

async function open(
  context: FilesContext,
  file: StoredFile,
  codec: StoredFile['codec'],
  range?: ByteRange,
): Promise<Readable> {
  try {
    return await context.backends.get(file.backend, codec).get(file.bucket, file.objectKey, range);
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError)) throw error;
    const fresh = await context.files.find(file.id);
    if (fresh === null) throw fileNotFound(file.id);
    // A migration moved the bytes after the row was read; each move has a place of its own, so this ends.
    if (fresh.objectKey !== file.objectKey) return open(context, fresh, codec, range);
    throw bytesMissing(file, error);
  }
}

function bytesMissing(file: StoredFile, cause?: Error): AppError {
  const message = `The bytes of "${file.name}" are missing from the storage backend; tell the operator to run "alyx storage check".`;
  return new AppError('FILE_NOT_FOUND', message, { id: file.id, reason: 'bytes_missing' }, { cause });
}
