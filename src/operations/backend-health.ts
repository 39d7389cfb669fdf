import type { FilesContext } from '../files/files-context.ts';
import { checkHealth, type HealthCheck } from './health-check.ts';

export interface BackendHealth extends HealthCheck {
  readonly type: 'filesystem' | 's3';
  /** The buckets whose new files go there. */
  readonly buckets: readonly string[];
  /** How many files lie there, of whichever bucket. */
  readonly files: number;
}

/** How every backend of alyx.yml is, whether a bucket uses it or not. */
export async function backendHealth(context: FilesContext): Promise<BackendHealth[]> {
  const { backends, storage, schema, files } = context;
  const counts = await files.countByBackend();
  return Promise.all(
    Object.entries(storage.backends).map(async ([name, { type }]) => ({
      ...(await checkHealth(name, () => backends.get(name).ping())),
      type,
      buckets: [...schema.buckets.values()].filter(({ backend }) => backend === name).map((b) => b.name),
      files: counts.get(name) ?? 0,
    })),
  );
}
