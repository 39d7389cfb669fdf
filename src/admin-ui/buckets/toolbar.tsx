import type { FileQuery } from '../api/files.ts';
import { setParams } from '../app/route.ts';
import { SearchBox } from '../parts/search-box.tsx';
import { Switcher } from '../parts/switcher.tsx';
import '../parts/toolbar.css';

const TYPES: readonly (readonly [value: string, label: string])[] = [
  ['', 'All types'],
  ['image/*', 'Images'],
  ['video/*', 'Video'],
  ['audio/*', 'Audio'],
  ['application/pdf', 'PDF'],
  ['text/*', 'Text'],
];

const SORTS: readonly (readonly [value: string, label: string])[] = [
  ['-created_at', 'Newest first'],
  ['created_at', 'Oldest first'],
  ['name', 'Name, A to Z'],
  ['-name', 'Name, Z to A'],
  ['-size', 'Largest first'],
  ['size', 'Smallest first'],
];

export type ExplorerView = 'table' | 'grid';

interface ToolbarProps {
  readonly query: FileQuery;
  readonly view: ExplorerView;
  readonly onView: (view: ExplorerView) => void;
}

/** What is shown of a bucket, in which order, and how. */
export function Toolbar({ query, view, onView }: ToolbarProps) {
  return (
    <div class="toolbar" role="search">
      <SearchBox value={query.search} label="Search files by name" />
      <select
        class="input toolbar-select"
        aria-label="Type"
        value={query.mimeType}
        onChange={(event) => setParams({ type: event.currentTarget.value })}
      >
        {TYPES.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <select
        class="input toolbar-select"
        aria-label="Order"
        value={query.sort}
        onChange={(event) => setParams({ sort: event.currentTarget.value })}
      >
        {SORTS.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <Switcher
        label="View"
        value={view}
        options={[
          { value: 'table', label: 'Table', icon: 'list' },
          { value: 'grid', label: 'Grid', icon: 'grid' },
        ]}
        onChange={onView}
      />
    </div>
  );
}
