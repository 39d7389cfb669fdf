import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api/api-error.ts';
import { problemOf } from '../api/field-problems.ts';
import { changeRecord, createRecord, type TaggedDoc } from '../api/records.ts';
import type { Collection, Schema } from '../api/schema.ts';
import { guardPage } from '../app/route.ts';
import { Button } from '../parts/button.tsx';
import { confirmFirst } from '../parts/confirm.tsx';
import { Drawer } from '../parts/drawer.tsx';
import { Notice } from '../parts/notice.tsx';
import { showToast } from '../parts/toasts.tsx';
import { useSubmit } from '../parts/use-submit.ts';
import { filesIn, readDraft, toDraft, withFile, type Draft } from './draft.ts';
import { isAutomatic } from './field-control.ts';
import { FieldInput, type FieldInputProps } from './field-input.tsx';
import { keyOf } from './record-label.ts';
import { useRecordUploads } from './record-uploads.ts';

interface RecordEditorProps {
  readonly collection: Collection;
  readonly schema: Schema;
  /** Null = a new one. */
  readonly record: TaggedDoc | null;
  readonly onClose: () => void;
  readonly onSaved: () => void;
  readonly onDelete: () => void;
}

type Changed = Parameters<FieldInputProps['onChange']>[0];

/** A form made from the schema. What was typed is not given up without a question. */
export function RecordEditor({ collection, schema, record, onClose, onSaved, onDelete }: RecordEditorProps) {
  const fields = useMemo(() => fieldsFor(collection, record !== null), [collection, record !== null]);
  const before = useMemo(() => toDraft(fields, record?.doc ?? null), [fields, record]);
  const [draft, setDraft] = useState<Draft>(before);
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({});
  const change = (name: string, value: Changed) =>
    setDraft((old) => ({ ...old, [name]: typeof value === 'function' ? value(old[name] ?? null) : value }));
  const uploads = useRecordUploads((name, id) => {
    const field = fields.find((known) => known.name === name);
    if (field !== undefined) change(name, (old) => withFile(field, old, id));
  });
  const files = filesIn(fields, draft);
  useEffect(() => uploads.keep(files), [draft]);
  const isUploading = uploads.unfinished > 0;
  const isDirty = isUploading || JSON.stringify(draft) !== JSON.stringify(before);
  useGuard(isDirty);

  const { submit, busy, error } = useSubmit(async () => {
    const reading = readDraft(fields, draft, before);
    setProblems(reading.problems);
    if (Object.keys(reading.problems).length > 0) return;
    if (record === null) await createRecord(collection.name, reading.values);
    else await changeRecord(collection.name, keyOf(collection, record.doc), record.etag, reading.values);
    uploads.saved(files);
    showToast(record === null ? 'Record created.' : 'Record saved.');
    onSaved();
  });
  const close = async () => {
    if (!isDirty || (await discard())) onClose();
  };
  const hasOwnPlace = error instanceof ApiError && error.problems.length > 0;
  return (
    <Drawer
      title={record === null ? `New record in ${collection.name}` : `Edit record of ${collection.name}`}
      onClose={() => void close()}
      footer={
        <>
          {record !== null && (
            <Button kind="danger-ghost" icon="trash" onClick={onDelete}>
              Delete
            </Button>
          )}
          <span class="grow field-hint" role="status">
            {isUploading && 'Waiting for uploads…'}
          </span>
          <Button onClick={() => void close()}>Cancel</Button>
          <Button
            kind="primary"
            type="submit"
            form="record-form"
            busy={busy}
            disabled={!isDirty || isUploading}
          >
            {record === null ? 'Create' : 'Save'}
          </Button>
        </>
      }
    >
      {error !== null && (
        <Notice kind="danger">
          {hasOwnPlace ? 'Some fields need another look; see below.' : explain(error)}
        </Notice>
      )}
      <form id="record-form" class="stack record-form" noValidate onSubmit={submit}>
        {fields.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            schema={schema}
            exists={record !== null}
            value={draft[field.name] ?? null}
            error={problems[field.name] ?? problemOf(error, field.name)}
            onChange={(value) => change(field.name, value)}
            uploads={uploads}
          />
        ))}
      </form>
    </Drawer>
  );
}

/** A new record has no place for what the server sets by itself. */
function fieldsFor({ fields }: Collection, exists: boolean) {
  return fields.filter(
    (field) => exists || !(isAutomatic(field) || (field.primary && field.default?.kind === 'auto')),
  );
}

function useGuard(isDirty: boolean): void {
  const release = useRef<() => void>(() => undefined);
  useEffect(() => {
    if (!isDirty) return;
    release.current = guardPage(discard);
    return () => release.current();
  }, [isDirty]);
}

function discard(): Promise<boolean> {
  return confirmFirst({
    title: 'Discard your changes?',
    text: 'This record has changes that are not saved.',
    action: 'Discard',
    danger: true,
  });
}

function explain(error: Error): string {
  if (!(error instanceof ApiError) || error.code !== 'PRECONDITION_FAILED') return error.message;
  return 'Somebody else has changed this record meanwhile. Close this, look at what it is now, and edit it again.';
}
