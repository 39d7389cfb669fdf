import { useRef, useState } from 'preact/hooks';
import { getFile } from '../api/files.ts';
import { Thumbnail } from '../files/thumbnail.tsx';
import { IconButton } from '../parts/button.tsx';
import { formatBytes } from '../parts/format.ts';
import { useLoad } from '../parts/use-load.ts';
import type { ChangeFiles } from './draft.ts';

interface FileListProps {
  readonly bucket: string;
  readonly ids: readonly string[];
  /** True: their order means something, and can be changed by dragging or with buttons. */
  readonly isSortable: boolean;
  readonly onChange: ChangeFiles;
}

/** The files of a field. */
export function FileList({ bucket, ids, isSortable, onChange }: FileListProps) {
  const dragged = useRef<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  if (ids.length === 0) return <p class="file-field-empty">No file. Drop one here.</p>;
  const move = (from: number, to: number) => {
    onChange((latest) => {
      const next = [...latest];
      next.splice(to, 0, ...next.splice(from, 1));
      return next;
    });
  };
  return (
    <ul>
      {ids.map((id, index) => (
        <li
          key={id}
          class={over === index ? 'file-field-item is-over' : 'file-field-item'}
          draggable={isSortable}
          onDragStart={(event) => {
            dragged.current = index;
            event.dataTransfer?.setData('text/plain', id);
          }}
          onDragOver={(event) => {
            if (dragged.current === null) return;
            event.preventDefault();
            setOver(index);
          }}
          onDragEnd={() => {
            dragged.current = null;
            setOver(null);
          }}
          onDrop={(event) => {
            if (dragged.current === null) return;
            event.preventDefault();
            event.stopPropagation();
            move(dragged.current, index);
          }}
        >
          <Item bucket={bucket} id={id} />
          {isSortable && (
            <>
              <IconButton
                small
                icon="chevronUp"
                label={`Move file ${index + 1} up`}
                disabled={index === 0}
                onClick={() => move(index, index - 1)}
              />
              <IconButton
                small
                icon="chevronDown"
                label={`Move file ${index + 1} down`}
                disabled={index === ids.length - 1}
                onClick={() => move(index, index + 1)}
              />
            </>
          )}
          <IconButton
            small
            icon="close"
            label={`Remove file ${index + 1}`}
            onClick={() => onChange((latest) => latest.filter((other) => other !== id))}
          />
        </li>
      ))}
    </ul>
  );
}

function Item({ bucket, id }: { readonly bucket: string; readonly id: string }) {
  const { data, error } = useLoad(id, (signal) => getFile(bucket, id, signal));
  if (data === null) return <code class="grow truncate faint">{error === null ? id : error.message}</code>;
  return (
    <>
      <Thumbnail file={data} />
      <span class="grow truncate">
        {data.name} <span class="faint">{formatBytes(data.size)}</span>
      </span>
    </>
  );
}
