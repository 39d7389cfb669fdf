import type { SignedOperation } from '../auth/signed-tokens.ts';
import type { Caller } from '../auth/caller.ts';
import { AppError } from '../lib/errors.ts';
import { findDownload } from './open-download.ts';
import type { FilesContext } from './files-context.ts';
import type { StoredFile } from './stored-file.ts';

export interface SignedFile {
  readonly token: string;
  readonly expiresAt: number;
}

/** A token that opens one operation on a file for `expiry` ms (default: the configured one). Who may download may sign. */
export async function signFile(
  context: FilesContext,
  caller: Caller,
  bucketName: string,
  id: string,
  operation: SignedOperation,
  expiry: number = context.storage.signedUrls.defaultExpiry,
): Promise<SignedFile> {
  const { maxExpiry } = context.storage.signedUrls;
  if (expiry < 1000 || expiry > maxExpiry) {
    throw new AppError(
      'INVALID_EXPIRY',
      `expiry must be between 1s and ${maxExpiry / 1000}s (storage.signed_urls.max_expiry).`,
      { expiry_seconds: expiry / 1000, max_seconds: maxExpiry / 1000 },
    );
  }
  const file = await findDownload(context, caller, bucketName, id);
  return grantLink(context, caller, file, operation, expiry);
}

/** The token itself, for a file that the caller is known to be allowed to download. */
export function grantLink(
  context: FilesContext,
  caller: Caller,
  { bucket, id: fileId }: Pick<StoredFile, 'bucket' | 'id'>,
  operation: SignedOperation,
  expiry: number = context.storage.signedUrls.defaultExpiry,
): SignedFile {
  const expiresAt = context.clock() + expiry;
  const signer = caller.actor.id;
  return { token: context.signedTokens.sign({ bucket, fileId, operation, expiresAt, signer }), expiresAt };
}
