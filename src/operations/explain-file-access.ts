import type { Caller } from '../auth/caller.ts';
import { ruleVariables } from '../files/access.ts';
import { requireBucket, type FilesContext } from '../files/files-context.ts';
import { findFile } from '../files/get-file.ts';
import { fileRule } from '../rules/file-rules.ts';
import type { FileFacts } from '../rules/variables.ts';
import type { Bucket, BucketOperation } from '../schema/schema.ts';
import { explainAccess, type AccessExplanation, type Ruling } from './explain-access.ts';

export interface FileQuestion {
  readonly bucket: string;
  readonly operation: BucketOperation;
  /** A file that exists. */
  readonly fileId: string | undefined;
  /** What a file would be like, where there is none; on `create` the file to be. */
  readonly candidate: Omit<FileFacts, 'bucket'>;
}

/** Whether the caller might do this to the file, and which rule says so. */
export async function explainFileAccess(
  context: FilesContext,
  caller: Caller,
  { bucket: name, operation, fileId, candidate }: FileQuestion,
): Promise<AccessExplanation> {
  const bucket = requireBucket(context, name);
  // Whoever uploads a file owns it.
  const owner = operation === 'create' ? { ownerId: caller.actor.id } : {};
  const file: FileFacts =
    fileId === undefined ? { ...candidate, ...owner, bucket: name } : await findFile(context, bucket, fileId);
  return explainAccess(caller, rulingOn(context, bucket, operation, file), ruleVariables(caller, file));
}

function rulingOn(
  context: FilesContext,
  bucket: Bucket,
  operation: BucketOperation,
  file: FileFacts,
): Ruling {
  const hasOwn = bucket.fileSecurity && operation !== 'create';
  const own = hasOwn ? fileRule(file.metadata?.['rules'], operation) : undefined;
  if (own !== undefined) return { by: 'file_rule', rule: own, at: null };
  const at = bucket.rules[operation]?.at ?? null;
  return { by: 'bucket_rule', rule: context.rules.bucketRule(bucket.name, operation), at };
}
