import type { Caller } from '../auth/caller.ts';
import { AppError, type ErrorCode } from '../lib/errors.ts';
import { requireAccess } from './access.ts';
import { requireBucket, type FilesContext } from './files-context.ts';
import { findFile } from './get-file.ts';
import { requirePrecondition, type Precondition } from './update-file.ts';

/** Deletes a file: its row in one transaction with the order to delete its bytes, then the bytes. */
export async function deleteFile(
  context: FilesContext,
  caller: Caller,
  bucketName: string,
  id: string,
  precondition: Precondition = () => true,
): Promise<void> {
  const bucket = requireBucket(context, bucketName);
  for (;;) {
    const file = await findFile(context, bucket, id);
    requireAccess(context, caller, bucket, 'delete', file);
    requirePrecondition(file, precondition);
    const place = await context.files.delete(file, context.clock());
    // Null: somebody changed the row between the rule's verdict and the write, so the verdict is void.
    if (place === null) continue;
    await context.reaper.reap(place);
    return;
  }
}

export interface BatchDeletion {
  readonly deleted: readonly string[];
  readonly failed: readonly { readonly id: string; readonly code: ErrorCode; readonly error: string }[];
}

/** Deletes each file that the caller may delete, and says of each other one why not. */
export async function deleteFiles(
  context: FilesContext,
  caller: Caller,
  bucketName: string,
  ids: readonly string[],
): Promise<BatchDeletion> {
  requireBucket(context, bucketName);
  const outcomes = await Promise.all(
    [...new Set(ids)].map(async (id) => ({
      id,
      error: await refusal(deleteFile(context, caller, bucketName, id)),
    })),
  );
  return {
    deleted: outcomes.filter(({ error }) => error === null).map(({ id }) => id),
    failed: outcomes.flatMap(({ id, error }) =>
      error === null ? [] : [{ id, code: error.code, error: error.forClients }],
    ),
  };
}

async function refusal(work: Promise<void>): Promise<AppError | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
