import { useEffect, useState } from 'preact/hooks';
import type { FileQuery } from '../api/files.ts';
import { setParams } from '../app/route.ts';
import { Icon } from '../parts/icon.tsx';
import { Switcher } from '../parts/switcher.tsx';
import './toolbar.css';

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

/** Waits for a pause in typing. */
const PAUSE_MS = 200;

/** Keeps its text in the address, as `search`. */
export function SearchBox({ value, label }: { readonly value: string; readonly label: string }) {
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => setParams({ search: text }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div class="search-box">
      <Icon name="search" />
      <input
        class="input"
        type="search"
        aria-label={label}
        placeholder="Search"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </div>
  );
}
