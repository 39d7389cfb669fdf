import { Button } from '../parts/button.tsx';
import { formatBytes, plural } from '../parts/format.ts';
import type { Selection } from './use-selection.ts';
import './selection-bar.css';

interface SelectionBarProps {
  readonly selection: Selection;
  readonly onDelete: () => void;
}

/** What can be done with the files that are picked. */
export function SelectionBar({ selection, onDelete }: SelectionBarProps) {
  const files = [...selection.files.values()];
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  return (
    <div class="selection-bar">
      <span class="grow" role="status">
        <strong>{plural(files.length, 'file')}</strong> selected · {formatBytes(bytes)}
      </span>
      <Button small kind="ghost" onClick={selection.clear}>
        Clear
      </Button>
      <Button small kind="danger-ghost" icon="trash" onClick={onDelete}>
        Delete
      </Button>
    </div>
  );
}
