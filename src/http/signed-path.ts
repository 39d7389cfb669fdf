import type { SignedOperation } from '../auth/signed-tokens.ts';
import type { StoredFile } from '../files/stored-file.ts';

/** Where a signed token opens its file; `urlBase` goes in front. */
export function signedPath(
  { bucket, id }: Pick<StoredFile, 'bucket' | 'id'>,
  operation: SignedOperation,
  token: string,
): string {
  return `/api/files/${bucket}/${id}/${operation}?token=${token}`;
}
