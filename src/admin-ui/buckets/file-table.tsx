import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { setParams } from '../app/route.ts';
import { Thumbnail } from '../files/thumbnail.tsx';
import { formatBytes } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';
import { Time } from '../parts/time.tsx';
import { useNarrow } from '../parts/use-narrow.ts';
import { useVirtual } from '../parts/use-virtual.ts';
import type { ExplorerProps } from './explorer-props.ts';
import { useRowKeys } from './use-row-keys.ts';
import '../parts/sort-button.css';
import './file-table.css';

interface FileTableProps extends ExplorerProps {
  readonly sort: string;
  readonly onSelectAll: () => void;
}

export function FileTable(props: FileTableProps) {
  const { pages, total, selection, sort, onSelectAll, onDelete } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = useNarrow() ? 52 : 40;
  const { first, end, before, after, look } = useVirtual(scroller, total, rowHeight);
  useLayoutEffect(() => scroller.current?.scrollTo(0, 0), [pages]);
  useEffect(() => pages.need(first, end), [pages, first, end]);
  const onKeyDown = useRowKeys({ scroller, count: total, columns: 1, rowHeight, selection, look, onDelete });
  const some = selection.files.size > 0;
  const all = some && selection.files.size >= Math.min(total, 1000);
  return (
    <div class="file-scroller" ref={scroller} tabIndex={-1} onKeyDown={onKeyDown}>
      <table class="file-table" aria-rowcount={total + 1}>
        <thead>
          <tr>
            <th class="file-check" scope="col">
              <input
                type="checkbox"
                class="checkbox"
                aria-label="Select all files"
                checked={all}
                ref={(box) => {
                  if (box !== null) box.indeterminate = some && !all;
                }}
                onChange={() => (all ? selection.clear() : onSelectAll())}
              />
            </th>
            <SortHeader by="name" sort={sort}>
              Name
            </SortHeader>
            <th scope="col" class="file-type">
              Type
            </th>
            <SortHeader by="size" sort={sort} class="file-size">
              Size
            </SortHeader>
            <SortHeader by="created_at" sort={sort} class="file-time">
              Uploaded
            </SortHeader>
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Spacer height={before} />}
          {Array.from({ length: end - first }, (_, offset) => (
            <Row key={first + offset} {...props} index={first + offset} height={rowHeight} />
          ))}
          {after > 0 && <Spacer height={after} />}
        </tbody>
      </table>
    </div>
  );
}

/** One cell is enough. Spanning columns that are hidden would make them again, at the cost of the name's width. */
function Spacer({ height }: { readonly height: number }) {
  return (
    <tr aria-hidden="true">
      <td style={{ height: `${height}px`, padding: '0', border: '0' }} />
    </tr>
  );
}

interface SortHeaderProps {
  readonly by: string;
  readonly sort: string;
  readonly class?: string;
  readonly children: string;
}

function SortHeader({ by, sort, class: className = '', children }: SortHeaderProps) {
  const isSorted = sort.replace(/^-/, '') === by;
  const isDescending = sort.startsWith('-');
  // Names begin at A; of sizes and times the biggest are of interest.
  const next = isSorted ? (isDescending ? by : `-${by}`) : by === 'name' ? by : `-${by}`;
  return (
    <th
      scope="col"
      class={className}
      aria-sort={isSorted ? (isDescending ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" class="sort-button" onClick={() => setParams({ sort: next })}>
        {children}
        {isSorted && <Icon name={isDescending ? 'chevronDown' : 'chevronUp'} size={13} />}
      </button>
    </th>
  );
}

interface RowProps extends ExplorerProps {
  readonly index: number;
  readonly height: number;
}

function Row({ pages, index, height, selection, openId, onOpen }: RowProps) {
  const file = pages.at(index);
  if (file === undefined) {
    return (
      <tr aria-rowindex={index + 2} style={{ height: `${height}px` }}>
        <td class="file-check" />
        <td>
          <span class="file-ghost" />
        </td>
        <td class="file-type" />
        <td class="file-size" />
        <td class="file-time" />
      </tr>
    );
  }
  const isSelected = selection.files.has(file.id);
  const classes = [isSelected && 'is-selected', openId === file.id && 'is-open'].filter(Boolean).join(' ');
  return (
    <tr
      aria-rowindex={index + 2}
      class={classes}
      style={{ height: `${height}px` }}
      onClick={(event) => {
        if ((event.target as HTMLElement).closest('button, input') !== null) return;
        if (event.shiftKey || event.ctrlKey || event.metaKey) selection.toggle(index, event.shiftKey);
        else onOpen(file);
      }}
    >
      <td class="file-check">
        <input
          type="checkbox"
          class="checkbox"
          aria-label={`Select ${file.name}`}
          checked={isSelected}
          onClick={(event) => selection.toggle(index, event.shiftKey)}
        />
      </td>
      <td>
        <div class="file-cell">
          <Thumbnail file={file} />
          <div class="file-names">
            <button type="button" class="file-open truncate" data-index={index} onClick={() => onOpen(file)}>
              {file.name}
            </button>
            {file.path !== file.name && <span class="file-path truncate">{file.path}</span>}
            <span class="file-path file-summary">
              {formatBytes(file.size)} · <Time at={file.created_at} age />
            </span>
          </div>
        </div>
      </td>
      <td class="file-type truncate soft">{file.mime_type}</td>
      <td class="file-size numeric soft">{formatBytes(file.size)}</td>
      <td class="file-time soft">
        <Time at={file.created_at} age />
      </td>
    </tr>
  );
}
