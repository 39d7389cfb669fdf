import { useState } from 'preact/hooks';
import type { Schema, SchemaField } from '../api/schema.ts';
import { Button } from '../parts/button.tsx';
import type { ControlProps } from '../parts/field.tsx';
import { plural } from '../parts/format.ts';
import { ChooseButton } from '../uploads/choose-button.tsx';
import { DropZone } from '../uploads/drop-zone.tsx';
import { limitText } from '../uploads/limits.ts';
import type { Chosen } from '../uploads/upload-queue.ts';
import { UploadRow } from '../uploads/upload-row.tsx';
import type { ChangeFiles } from './draft.ts';
import { FileList } from './file-list.tsx';
import { PickFileDialog } from './pick-file-dialog.tsx';
import type { RecordUploads } from './record-uploads.ts';
import './file-field.css';

interface FileFieldProps {
  readonly control: ControlProps;
  readonly field: SchemaField;
  readonly schema: Schema;
  readonly ids: readonly string[];
  readonly onChange: ChangeFiles;
  readonly uploads: RecordUploads;
}

/** One file or several in an order of one's own: dropped, chosen, or picked among those that are there. */
export function FileField({ control, field, schema, ids, onChange, uploads }: FileFieldProps) {
  const { file: own } = field;
  const bucket = schema.buckets.find(({ name }) => name === own?.bucket);
  const [picking, setPicking] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const isSingle = field.type === 'file';
  const pending = uploads.of(field.name);
  if (own === null || bucket === undefined) return null;

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
    if (fitting.length > 0) makeRoom();
    uploads.send(field.name, bucket, limits, fitting);
  };
  /** What comes now takes the place of what was on its way to it. */
  const makeRoom = () => {
    if (isSingle) uploads.cancel(field.name);
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
            makeRoom();
            onChange((latest) => (isSingle ? picked : [...latest, ...picked]));
            setPicking(false);
          }}
        />
      )}
    </DropZone>
  );
}
