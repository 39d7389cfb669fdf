import type { Caller } from '../auth/caller.ts';
import { AppError } from '../lib/errors.ts';
import { requireAccess } from './access.ts';
import { checkFileRules } from './file-security.ts';
import { requireBucket, type FilesContext } from './files-context.ts';
import { findFile } from './get-file.ts';
import { checkMetadata, checkName, checkPath } from './names.ts';
import type { StoredFile } from './stored-file.ts';

export interface FilePatch {
  readonly name?: string | undefined;
  readonly path?: string | undefined;
  readonly metadata?: unknown;
}

/** Decides whether a row still is what the caller's `If-Match` asks for. */
export type Precondition = (file: StoredFile) => boolean;

/** Renames a file, moves its display path or replaces its metadata; what the patch leaves out stays. */
export async function updateFile(
  context: FilesContext,
  caller: Caller,
  bucketName: string,
  id: string,
  patch: FilePatch,
  precondition: Precondition,
): Promise<StoredFile> {
  const bucket = requireBucket(context, bucketName);
  for (;;) {
    const file = await findFile(context, bucket, id);
    requireAccess(context, caller, bucket, 'update', file);
    requirePrecondition(file, precondition);
    const changes = {
      name: patch.name === undefined ? file.name : checkName(patch.name),
      path: patch.path === undefined ? file.path : checkPath(patch.path),
      metadata: patch.metadata === undefined ? file.metadata : checkMetadata(patch.metadata),
    };
    if (patch.metadata !== undefined) checkFileRules(bucket, changes.metadata);
    const updated = await context.files.update(file.id, file.version, changes, context.clock());
    // Null: somebody changed the row between the rule's verdict and the write, so the verdict is void.
    if (updated !== null) return updated;
  }
}

/** Throws PRECONDITION_FAILED when the row is no longer the one the caller has seen. */
export function requirePrecondition(file: StoredFile, precondition: Precondition): void {
  if (precondition(file)) return;
  throw new AppError('PRECONDITION_FAILED', 'The file has changed since you read it; read it again.', {
    version: file.version,
  });
}
