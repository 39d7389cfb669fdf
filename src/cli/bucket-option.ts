import { OperatorError } from '../lib/errors.ts';
import { suggest } from '../lib/suggest.ts';
import type { StorageAccess } from '../operations/storage-access.ts';
import type { Schema } from '../schema/schema.ts';

/** Throws OperatorError, with the names that there are, where neither schema.yaml nor any file knows the bucket of that name. */
export async function requireBucket(
  { files }: StorageAccess,
  { buckets }: Schema,
  name: string | undefined,
): Promise<void> {
  if (name === undefined) return;
  const names = [...new Set([...buckets.keys(), ...(await files.countByBucket()).keys()])];
  if (names.includes(name)) return;
  const meant = suggest(name, names);
  const there = names.length === 0 ? 'there is none' : `there are: ${names.join(', ')}`;
  const hint = meant === undefined ? there : `did you mean "${meant}"?`;
  throw new OperatorError(`there is no bucket "${name}" in schema.yaml, nor a file of it (${hint})`);
}
