import type { UnfinishedUpload, UploadList as Uploads } from '../api/admin.ts';
import { Badge, type BadgeKind } from '../parts/badge.tsx';
import { formatBytes } from '../parts/format.ts';
import { Meter } from '../parts/meter.tsx';
import { Time } from '../parts/time.tsx';

const STATES: Readonly<Record<UnfinishedUpload['state'], readonly [BadgeKind, string]>> = {
  active: ['good', 'in flight'],
  stalled: ['warn', 'abandoned'],
  finishing: ['accent', 'finishing'],
  expired: ['plain', 'expired'],
};

/** Resumable uploads that are no files yet: on their way, or left lying. */
export function UploadList({ uploads, total }: Uploads) {
  if (total === 0) return <p class="rows rows-empty">None in flight, none abandoned.</p>;
  return (
    <ul class="rows">
      {uploads.map((upload) => (
        <li key={upload.id} class="rows-row">
          <div class="grow">
            <div class="row">
              <span class="rows-title truncate grow">{upload.path}</span>
              <Badge kind={STATES[upload.state][0]}>{STATES[upload.state][1]}</Badge>
            </div>
            <Meter
              label={`Upload of ${upload.path}`}
              value={upload.offset}
              max={upload.length}
              text={progress(upload)}
              tone="progress"
            />
            <span class="rows-text">
              {upload.bucket} · {progress(upload)} · last byte <Time at={upload.last_byte_at} age />
            </span>
          </div>
        </li>
      ))}
      {total > uploads.length && <li class="rows-empty">and {total - uploads.length} more</li>}
    </ul>
  );
}

function progress({ offset, length }: UnfinishedUpload): string {
  return `${formatBytes(offset)} of ${formatBytes(length)}`;
}
