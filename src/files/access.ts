import type { Caller } from '../auth/caller.ts';
import { AppError } from '../lib/errors.ts';
import type { CompiledRule } from '../rules/compile-rule.ts';
import { permits } from '../rules/decision.ts';
import { fileRule } from '../rules/file-rules.ts';
import { authVariables, fileVariables, requestVariables, type FileFacts } from '../rules/variables.ts';
import type { RuleVariables } from '../rules/rule-variables.ts';
import type { Bucket, BucketOperation } from '../schema/schema.ts';
import type { FilesContext } from './files-context.ts';
import type { StoredFile } from './stored-file.ts';

/** The rule that decides: the file's own where the bucket allows that and one exists, else the bucket's. */
export function rulingFor(
  context: FilesContext,
  bucket: Bucket,
  operation: BucketOperation,
  file: StoredFile | null,
): CompiledRule | undefined {
  const own = bucket.fileSecurity && file !== null ? fileRule(file.metadata['rules'], operation) : undefined;
  return own ?? context.rules.bucketRule(bucket.name, operation);
}

export function ruleVariables(caller: Caller, file: FileFacts): RuleVariables {
  return {
    auth: authVariables(caller.actor),
    request: requestVariables(caller),
    file: fileVariables(file),
  };
}

/** Whether the caller may do this to this file. */
export function mayAccess(
  context: FilesContext,
  caller: Caller,
  bucket: Bucket,
  operation: BucketOperation,
  file: StoredFile,
): boolean {
  return permits(rulingFor(context, bucket, operation, file), caller.actor, () =>
    ruleVariables(caller, file),
  );
}

/** Throws UNAUTHORIZED or FORBIDDEN unless the caller may do this to this file. */
export function requireAccess(
  context: FilesContext,
  caller: Caller,
  bucket: Bucket,
  operation: BucketOperation,
  file: StoredFile,
): void {
  if (!mayAccess(context, caller, bucket, operation, file)) throw denied(caller, operation, bucket.name);
}

/** What a caller is told whom a rule turns away: an anonymous one to log in, any other that it may not. */
export function denied(caller: Caller, operation: BucketOperation, bucket: string): AppError {
  if (caller.actor.id === null) {
    return new AppError(
      'UNAUTHORIZED',
      `Log in first: bucket "${bucket}" does not let anonymous callers ${operation}.`,
      {
        bucket,
        operation,
      },
    );
  }
  return new AppError('FORBIDDEN', `The "${operation}" rule of bucket "${bucket}" does not allow this.`, {
    bucket,
    operation,
  });
}
