import type { BackendHealth } from '../api/admin.ts';
import { Badge } from '../parts/badge.tsx';
import { plural } from '../parts/format.ts';

/** Whether each backend answers. */
export function BackendList({ backends }: { readonly backends: readonly BackendHealth[] }) {
  return (
    <ul class="rows">
      {backends.map(({ name, type, status, error, files, buckets }) => (
        <li key={name} class="rows-row">
          <div class="grow">
            <div class="rows-title">
              {name} <span class="faint">{type === 's3' ? 'S3' : type}</span>
            </div>
            <div class="rows-text">
              {error ?? [plural(files, 'file'), buckets.join(', ')].filter((part) => part !== '').join(' · ')}
            </div>
          </div>
          <Badge kind={status === 'ok' ? 'good' : 'danger'}>
            {status === 'ok' ? 'healthy' : 'unavailable'}
          </Badge>
        </li>
      ))}
    </ul>
  );
}
