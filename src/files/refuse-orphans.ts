import { OperatorError } from '../lib/errors.ts';
import type { Schema } from '../schema/schema.ts';
import type { Backends } from '../storage/backends.ts';
import type { FilesRepository } from './files-repository.ts';

/**
 * Throws OperatorError where files lie in a backend that has left alyx.yml, or in a bucket that has left schema.yaml:
 * each of them would be an error to whoever asks for it; better not to start.
 */
export async function refuseOrphans(
  files: FilesRepository,
  backends: Backends,
  { buckets }: Schema,
): Promise<void> {
  for (const [name, count] of await files.countByBackend()) {
    if (backends.has(name)) continue;
    throw new OperatorError(
      `${count} files lie in the backend "${name}", which is not in storage.backends of alyx.yml; ` +
        `put it back, and move them with "alyx storage migrate --to NAME" before removing it`,
    );
  }
  const orphans = [...(await files.countByBucket())].filter(([name]) => !buckets.has(name));
  if (orphans.length === 0) return;
  const list = orphans.map(
    ([name, count]) => `  - the bucket ${name} is gone but has ${count} ${count === 1 ? 'file' : 'files'}\n`,
  );
  throw new OperatorError(
    `schema.yaml no longer fits the files that are stored, and Alyx drops nothing by itself:\n${list.join('')}` +
      `put it back (without rules nobody but admins gets at its files), and delete them before removing it; ` +
      `nothing has been changed`,
  );
}
