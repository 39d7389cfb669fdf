import { useState } from 'preact/hooks';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { LoadError } from './notice.tsx';
import { useLoad } from './use-load.ts';
import './pick-dialog.css';

export interface Choice {
  readonly key: string;
  readonly label: string;
  /** What tells it from others of the same name. */
  readonly note: string;
}

interface PickDialogProps {
  readonly title: string;
  readonly load: (search: string, signal: AbortSignal) => Promise<readonly Choice[]>;
  readonly onClose: () => void;
  readonly onPick: (choice: Choice) => void;
}

/** One of many, found by typing. */
export function PickDialog({ title, load, onClose, onPick }: PickDialogProps) {
  const [search, setSearch] = useState('');
  const { data, error, reload } = useLoad(search, (signal) => load(search, signal));
  return (
    <Dialog title={title} onClose={onClose} footer={<Button onClick={onClose}>Cancel</Button>}>
      <input
        class="input"
        type="search"
        aria-label="Search"
        placeholder="Search"
        value={search}
        onInput={(event) => setSearch(event.currentTarget.value)}
      />
      {error !== null && <LoadError error={error} retry={reload} />}
      {data !== null && data.length > 0 && (
        <ul class="pick-list">
          {data.map((choice) => (
            <li key={choice.key}>
              <button type="button" class="pick-item" onClick={() => onPick(choice)}>
                <span class="grow truncate">{choice.label}</span>
                <span class="faint truncate">{choice.note}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {data?.length === 0 && <p class="faint">Nothing matches.</p>}
    </Dialog>
  );
}
