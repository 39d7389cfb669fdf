import { AppError } from '../lib/errors.ts';
import type { JsonObject } from '../lib/json.ts';
import { compileFileRules } from '../rules/file-rules.ts';
import type { Bucket } from '../schema/schema.ts';

/** Refuses metadata whose `rules` do not compile, or that has any where the bucket does not let files have their own. */
export function checkFileRules(bucket: Bucket, metadata: JsonObject): void {
  const rules = metadata['rules'];
  if (rules === undefined) return;
  if (!bucket.fileSecurity) {
    throw new AppError(
      'INVALID_RULE',
      `Files of bucket "${bucket.name}" cannot have rules of their own; remove metadata.rules, or set file_security: true.`,
      { bucket: bucket.name },
    );
  }
  compileFileRules(rules);
}
