import type { BucketUsage } from '../api/admin.ts';
import { hrefTo } from '../app/route.ts';
import { Badge } from '../parts/badge.tsx';
import { formatBytes, plural } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';
import { Meter } from '../parts/meter.tsx';

/** Every bucket: where it lies, what it holds, how full it is, what compression saves. */
export function BucketCards({ buckets }: { readonly buckets: readonly BucketUsage[] }) {
  return (
    <ul class="bucket-cards">
      {buckets.map((bucket) => (
        <li key={bucket.name}>
          {bucket.backend === null ? (
            <div class="bucket-card">
              <Card bucket={bucket} />
            </div>
          ) : (
            <a class="bucket-card" href={hrefTo(['buckets', bucket.name])}>
              <Card bucket={bucket} />
            </a>
          )}
        </li>
      ))}
    </ul>
  );
}

function Card({ bucket }: { readonly bucket: BucketUsage }) {
  const { name, backend, files, bytes, reserved_bytes: reserved, quota } = bucket;
  return (
    <>
      <span class="bucket-card-head">
        <Icon name="bucket" />
        <span class="grow truncate">{name}</span>
        <Badge kind={backend === null ? 'warn' : 'plain'}>{backend ?? 'not in the schema'}</Badge>
      </span>
      <span class="bucket-card-size numeric">
        {formatBytes(bytes)} {quota !== null && <small>of {formatBytes(quota)}</small>}
      </span>
      {quota !== null && (
        <Meter
          label={`Quota of ${name}`}
          value={bytes + reserved}
          max={quota}
          text={`${formatBytes(bytes + reserved)} of ${formatBytes(quota)}`}
        />
      )}
      <span class="bucket-card-text">
        {[plural(files, 'file'), savings(bucket), reservation(bucket)]
          .filter((part) => part !== null)
          .join(' · ')}
      </span>
    </>
  );
}

function savings({ bytes, saved_bytes: saved }: BucketUsage): string | null {
  if (saved <= 0 || bytes === 0) return null;
  return `${Math.round((saved / bytes) * 100)}% saved by compression`;
}

/** What the meter shows beyond the files. */
function reservation({ quota, reserved_bytes: reserved }: BucketUsage): string | null {
  if (quota === null || reserved === 0) return null;
  return `${formatBytes(reserved)} reserved for unfinished uploads`;
}
