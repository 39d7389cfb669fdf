import { useState } from 'preact/hooks';
import { IconButton } from '../parts/button.tsx';
import { plural } from '../parts/format.ts';
import { useStore } from '../parts/store.ts';
import { InterruptedRow } from './interrupted-row.tsx';
import { isUnfinished, needsSomebody, type UploadItem } from './upload-item.ts';
import { clearFinished, uploads } from './upload-queue.ts';
import { UploadRow } from './upload-row.tsx';
import { useInterrupted } from './use-interrupted.ts';
import './upload-panel.css';

/** What is on its way, on whatever page one is. */
export function UploadPanel() {
  const items = useStore(uploads);
  const interrupted = useInterrupted();
  const [open, setOpen] = useState(true);
  if (items.length === 0 && interrupted.length === 0) return null;
  return (
    <section class="upload-panel" aria-label="Uploads">
      <header class="upload-panel-head">
        <h2 class="grow">
          <span role="status">{summary(items, interrupted.length)}</span>
        </h2>
        <IconButton
          icon={open ? 'chevronDown' : 'chevronUp'}
          label={open ? 'Show less' : 'Show uploads'}
          aria-expanded={open}
          small
          onClick={() => setOpen(!open)}
        />
        {items.length > 0 && !items.some(isUnfinished) && (
          <IconButton icon="close" label="Clear uploads" small onClick={clearFinished} />
        )}
      </header>
      {open && (
        <ul class="upload-panel-list">
          {interrupted.map((one) => (
            <InterruptedRow key={one.known.url} {...one} />
          ))}
          {inOrder(items).map((item) => (
            <UploadRow key={item.key} item={item} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** What needs somebody first, then what is on its way, as it was queued, then what is done. */
function inOrder(items: readonly UploadItem[]): readonly UploadItem[] {
  const rank = (item: UploadItem) => (needsSomebody(item) ? 0 : isUnfinished(item) ? 1 : 2);
  return [...items].sort((a, b) => rank(a) - rank(b));
}

function summary(items: readonly UploadItem[], interrupted: number): string {
  const left = items.filter(isUnfinished).length;
  const bad = items.filter(needsSomebody).length;
  const need = bad === 1 ? 'needs attention' : 'need attention';
  if (left > 0) return `Uploading ${plural(left, 'file')}${bad > 0 ? `, ${bad} ${need}` : ''}`;
  if (bad > 0) return `${plural(bad, 'upload')} ${need}`;
  if (interrupted > 0) return `${plural(interrupted, 'upload')} interrupted`;
  return `${plural(items.length, 'file')} uploaded`;
}
