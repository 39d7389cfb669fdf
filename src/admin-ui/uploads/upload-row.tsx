import { hrefTo } from '../app/route.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { formatBytes } from '../parts/format.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { Meter } from '../parts/meter.tsx';
import { isUnfinished, type UploadItem, type UploadState } from './upload-item.ts';
import { cancelUpload, keepBoth, pauseUpload, resumeUpload } from './upload-queue.ts';

const SIGNS: Readonly<Record<UploadState, IconName>> = {
  refused: 'alert',
  failed: 'alert',
  waiting: 'file',
  sending: 'upload',
  stalled: 'refresh',
  paused: 'pause',
  done: 'check',
};

export function UploadRow({ item }: { readonly item: UploadItem }) {
  const { key, file, path, state, sent, problem, code, fileId, bucket } = item;
  const isMoving = state === 'sending' || state === 'stalled' || state === 'waiting';
  return (
    <li class={`upload-row upload-row-${state}`}>
      <Icon name={SIGNS[state]} />
      <div class="grow">
        <div class="upload-row-name truncate" title={path}>
          {fileId === null ? path : <a href={hrefTo(['buckets', bucket.name], { file: fileId })}>{path}</a>}
        </div>
        <div class="upload-row-text">{problem ?? progressText(item)}</div>
        {isUnfinished(item) && (
          <Meter
            label={`Upload of ${path}`}
            value={sent}
            max={file.size}
            text={progressText(item)}
            tone="progress"
          />
        )}
        <div class="upload-row-choices">
          {state === 'refused' && (
            <Button small onClick={() => resumeUpload(key)}>
              Try anyway
            </Button>
          )}
          {state === 'failed' && code === 'FILE_EXISTS' && (
            <Button small onClick={() => keepBoth(key)}>
              Keep both
            </Button>
          )}
          {state === 'failed' && code !== 'FILE_EXISTS' && (
            <Button small icon="refresh" onClick={() => resumeUpload(key)}>
              Retry
            </Button>
          )}
        </div>
      </div>
      {isMoving && <IconButton icon="pause" label={`Pause ${path}`} small onClick={() => pauseUpload(key)} />}
      {state === 'paused' && (
        <IconButton icon="play" label={`Resume ${path}`} small onClick={() => resumeUpload(key)} />
      )}
      <IconButton
        icon="close"
        label={isUnfinished(item) ? `Cancel ${path}` : `Remove ${path} from the list`}
        small
        onClick={() => cancelUpload(key)}
      />
    </li>
  );
}

function progressText({ state, sent, resumedAt, file, bucket }: UploadItem): string {
  if (state === 'done') return `${formatBytes(file.size)} in ${bucket.name}`;
  if (state === 'waiting' && sent === 0) return 'Waiting';
  const share = file.size === 0 ? 100 : Math.floor((sent / file.size) * 100);
  const progress = `${formatBytes(sent)} of ${formatBytes(file.size)} · ${share}%`;
  if (state === 'paused') return `Paused · ${progress}`;
  return resumedAt === null ? progress : `Resumed at ${formatBytes(resumedAt)} · ${progress}`;
}
