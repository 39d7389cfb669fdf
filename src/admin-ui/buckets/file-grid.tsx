import { useEffect, useRef, useState } from 'preact/hooks';
import { Thumbnail } from '../files/thumbnail.tsx';
import { formatBytes } from '../parts/format.ts';
import { useVirtual } from '../parts/use-virtual.ts';
import type { ExplorerProps } from './explorer-props.ts';
import { useColumns } from './use-columns.ts';
import { useRowKeys } from './use-row-keys.ts';
import './file-grid.css';

const ROW_HEIGHT = 190;

export function FileGrid(props: ExplorerProps) {
  const { pages, total, selection, onDelete } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [columns, setColumns] = useState(4);
  const { first, end, before, after, look } = useVirtual(scroller, Math.ceil(total / columns), ROW_HEIGHT);
  useColumns(scroller, columns, ROW_HEIGHT, (fitting, top) => {
    setColumns(fitting);
    look(top);
  });
  const from = first * columns;
  const to = Math.min(total, end * columns);
  useEffect(() => pages.need(from, to), [pages, from, to]);
  const onKeyDown = useRowKeys({
    scroller,
    count: total,
    columns,
    rowHeight: ROW_HEIGHT,
    selection,
    look,
    onDelete,
  });
  return (
    <div class="file-scroller file-grid-scroller" ref={scroller} tabIndex={-1} onKeyDown={onKeyDown}>
      <ul
        class="file-grid"
        aria-label="Files"
        style={{
          paddingTop: `${before}px`,
          paddingBottom: `${after}px`,
          gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
        }}
      >
        {Array.from({ length: Math.max(0, to - from) }, (_, offset) => (
          <Card key={from + offset} {...props} index={from + offset} />
        ))}
      </ul>
    </div>
  );
}

function Card({
  pages,
  total,
  index,
  selection,
  openId,
  onOpen,
}: ExplorerProps & { readonly index: number }) {
  const file = pages.at(index);
  if (file === undefined) return <li class="file-card file-card-ghost" aria-hidden="true" />;
  const isSelected = selection.files.has(file.id);
  const classes = ['file-card', isSelected && 'is-selected', openId === file.id && 'is-open'];
  return (
    <li class={classes.filter(Boolean).join(' ')} aria-setsize={total} aria-posinset={index + 1}>
      <input
        type="checkbox"
        class="checkbox"
        aria-label={`Select ${file.name}`}
        checked={isSelected}
        onClick={(event) => selection.toggle(index, event.shiftKey)}
      />
      <button type="button" class="file-card-open" data-index={index} onClick={() => onOpen(file)}>
        <Thumbnail file={file} iconSize={30} />
        <span class="file-card-name truncate">{file.name}</span>
        <span class="file-card-size">{formatBytes(file.size)}</span>
      </button>
    </li>
  );
}
