import type { BackendConfig, Config } from '../config/config.ts';
import { OperatorError } from '../lib/errors.ts';
import { suggest } from '../lib/suggest.ts';

/** The backend of that name in alyx.yml; throws OperatorError with the names that there are. */
export function requireBackend({ storage }: Config, name: string): BackendConfig {
  const config = storage.backends[name];
  if (config !== undefined) return config;
  const names = Object.keys(storage.backends);
  const meant = suggest(name, names);
  const hint = meant === undefined ? `there are: ${names.join(', ')}` : `did you mean "${meant}"?`;
  throw new OperatorError(`there is no backend "${name}" in storage.backends of alyx.yml (${hint})`);
}

/** What a backend is, for people. */
export function describeBackend(config: BackendConfig): string {
  if (config.type === 'filesystem') return config.path;
  const place = config.endpoint === null ? `AWS, ${config.region}` : new URL(config.endpoint).host;
  return `s3 bucket ${config.bucket} at ${place}`;
}
