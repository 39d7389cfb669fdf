import { useEffect, useRef, useState } from 'preact/hooks';
import type { Schema, SchemaField } from '../api/schema.ts';
import { Button } from '../parts/button.tsx';
import type { ControlProps } from '../parts/field.tsx';
import { plural } from '../parts/format.ts';
import { useStore } from '../parts/store.ts';
import { ChooseButton } from '../uploads/choose-button.tsx';
import { DropZone } from '../uploads/drop-zone.tsx';
import { limitText } from '../uploads/limits.ts';
import { isUnfinished } from '../uploads/upload-item.ts';
import { addUploads, uploads, type Chosen } from '../uploads/upload-queue.ts';
import { UploadRow } from '../uploads/upload-row.tsx';
import { FileList } from './file-list.tsx';
import { PickFileDialog } from './pick-file-dialog.tsx';
import './file-field.css';

interface FileFieldProps {
  readonly control: ControlProps;
  readonly field: SchemaField;
  readonly schema: Schema;
  readonly ids: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
  readonly onPending: (count: number) => void;
}

/** One file or several in an order of one's own: dropped, chosen, or picked among those that are there. */
export function FileField({ control, field, schema, ids, onChange, onPending }: FileFieldProps) {
  const { file: own } = field;
  const bucket = schema.buckets.find(({ name }) => name === own?.bucket);
  const [picking, setPicking] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const { pending, follow } = useOwnUploads((id) => onChange(isSingle ? [id] : [...latest.current, id]));
  const latest = useRef(ids);
  latest.current = ids;
  useEffect(() => onPending(pending.filter(isUnfinished).length), [pending.filter(isUnfinished).length]);
  if (own === null || bucket === undefined) return null;

  const isSingle = field.type === 'file';
  const maxFiles = isSingle ? 1 : (own.max_files ?? Infinity);
  // A single file is replaced by the next one; a list has so many places left.
  const places = isSingle ? 1 : maxFiles - ids.length - pending.length;
  const limits = {
    maxSize: Math.min(own.max_size ?? Infinity, bucket.max_file_size),
    types: own.allowed_types ?? bucket.allowed_types,
    room: null,
  };
  const send = (chosen: readonly Chosen[]) => {
    const fitting = chosen.slice(0, Math.max(0, places));
    const left = chosen.length - fitting.length;
    setRefusal(left > 0 ? `${plural(left, 'file')} left out: this field takes ${maxFiles}.` : null);
    follow(addUploads(bucket, limits, fitting));
  };
  const verb = isSingle && ids.length > 0 ? 'Replace' : 'Upload';
  return (
    <DropZone class="file-field" text={isSingle ? 'Drop one file' : 'Drop files'} onFiles={send}>
      <div {...control} role="group" aria-label={field.name} tabIndex={-1}>
        <FileList bucket={bucket.name} ids={ids} isSortable={!isSingle} onChange={onChange} />
        {pending.length > 0 && (
          <ul>
            {pending.map((item) => (
              <UploadRow key={item.key} item={item} />
            ))}
          </ul>
        )}
        <div class="file-field-foot">
          <ChooseButton small types={limits.types} multiple={!isSingle} disabled={places <= 0} onFiles={send}>
            {verb}
          </ChooseButton>
          <Button small kind="ghost" disabled={places <= 0} onClick={() => setPicking(true)}>
            Pick existing
          </Button>
          <span class="field-hint grow">
            {limitText(limits)}
            {Number.isFinite(maxFiles) && !isSingle && ` · ${ids.length} of ${maxFiles}`}
          </span>
        </div>
        {refusal !== null && (
          <p class="field-error" role="alert">
            {refusal}
          </p>
        )}
      </div>
      {picking && (
        <PickFileDialog
          bucket={bucket.name}
          limits={limits}
          places={places}
          taken={ids}
          onClose={() => setPicking(false)}
          onPick={(picked) => {
            onChange(isSingle ? picked : [...ids, ...picked]);
            setPicking(false);
          }}
        />
      )}
    </DropZone>
  );
}

/** The uploads that this field started and that have not become files of it yet. */
function useOwnUploads(onDone: (fileId: string) => void) {
  const [keys, setKeys] = useState<readonly number[]>([]);
  const items = useStore(uploads).filter(({ key }) => keys.includes(key));
  const done = items.filter(({ state }) => state === 'done');
  useEffect(() => {
    if (done.length === 0) return;
    setKeys((known) => known.filter((key) => !done.some((item) => item.key === key)));
    for (const { fileId } of done) if (fileId !== null) onDone(fileId);
  }, [done.length]);
  return {
    pending: items.filter(({ state }) => state !== 'done'),
    follow: (started: readonly number[]) => setKeys((known) => [...known, ...started]),
  };
}
