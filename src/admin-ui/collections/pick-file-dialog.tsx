import { useState } from 'preact/hooks';
import { listFiles, type StoredFile } from '../api/files.ts';
import { Thumbnail } from '../files/thumbnail.tsx';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { formatBytes, plural } from '../parts/format.ts';
import { LoadError } from '../parts/notice.tsx';
import { useLoad } from '../parts/use-load.ts';
import { isTypeTaken, limitText, type Limits } from '../uploads/limits.ts';
import '../parts/pick-dialog.css';

const SHOWN = 100;

interface PickFileDialogProps {
  readonly bucket: string;
  readonly limits: Limits;
  /** So many may be picked. */
  readonly places: number;
  readonly taken: readonly string[];
  readonly onClose: () => void;
  readonly onPick: (ids: readonly string[]) => void;
}

/** Files that the bucket has already. */
export function PickFileDialog({ bucket, limits, places, taken, onClose, onPick }: PickFileDialogProps) {
  const [search, setSearch] = useState('');
  const [picked, setPicked] = useState<readonly string[]>([]);
  const query = { search, mimeType: '', sort: '-created_at' };
  const { data, error, reload } = useLoad(`${bucket} ${search}`, (signal) =>
    listFiles(bucket, query, { offset: 0, limit: SHOWN }, signal),
  );
  const toggle = (id: string) => {
    if (picked.includes(id)) setPicked(picked.filter((other) => other !== id));
    else setPicked(places === 1 ? [id] : [...picked, id].slice(0, places));
  };
  const fits = (file: StoredFile) => file.size <= limits.maxSize && isTypeTaken(file.mime_type, limits.types);
  return (
    <Dialog
      title={`Pick from ${bucket}`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={picked.length === 0} onClick={() => onPick(picked)}>
            Use {picked.length === 0 ? 'file' : plural(picked.length, 'file')}
          </Button>
        </>
      }
    >
      <input
        class="input"
        type="search"
        aria-label={`Search files of ${bucket}`}
        placeholder="Search by name"
        value={search}
        onInput={(event) => setSearch(event.currentTarget.value)}
      />
      <p class="field-hint">This field takes {limitText(limits)}.</p>
      {error !== null && <LoadError error={error} retry={reload} />}
      <ul class="pick-list">
        {data?.files.map((file) => (
          <li key={file.id}>
            <button
              type="button"
              class="pick-item"
              aria-pressed={picked.includes(file.id)}
              disabled={!fits(file) || taken.includes(file.id)}
              onClick={() => toggle(file.id)}
            >
              <Thumbnail file={file} />
              <span class="grow truncate">{file.name}</span>
              <span class="faint">{formatBytes(file.size)}</span>
            </button>
          </li>
        ))}
      </ul>
      {data !== null && data.total > SHOWN && <p class="faint">The newest {SHOWN}; search to find others.</p>}
      {data?.total === 0 && <p class="faint">No file matches.</p>}
    </Dialog>
  );
}
