import { useState } from 'preact/hooks';
import { ApiError } from '../api/api-error.ts';
import { changeFile, type StoredFile } from '../api/files.ts';
import type { Bucket } from '../api/schema.ts';
import { Button } from '../parts/button.tsx';
import { confirmFirst } from '../parts/confirm.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Notice } from '../parts/notice.tsx';
import { showToast } from '../parts/toasts.tsx';
import { useSubmit } from '../parts/use-submit.ts';

/** Operations that a file's own rules may decide. */
const FILE_RULES = ['read', 'update', 'download', 'delete'] as const;

interface EditFileDialogProps {
  readonly file: StoredFile;
  readonly bucket: Bucket;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

/** Name, path, metadata and, where the bucket lets files have them, rules of their own. */
export function EditFileDialog({ file, bucket, onClose, onSaved }: EditFileDialogProps) {
  const { rules: ownRules, ...ownMetadata } = file.metadata;
  const before = {
    name: file.name,
    path: file.path,
    metadata: JSON.stringify(ownMetadata, null, 2),
    rules: readRules(ownRules),
  };
  const [draft, setDraft] = useState(before);
  const isDirty = JSON.stringify(draft) !== JSON.stringify(before);
  const metadata = parseObject(draft.metadata);

  const { submit, busy, error } = useSubmit(async () => {
    if (metadata === null) throw new Error('The metadata is not a JSON object.');
    const rules = Object.fromEntries(Object.entries(draft.rules).filter(([, rule]) => rule.trim() !== ''));
    const whole = Object.keys(rules).length > 0 ? { ...metadata, rules } : metadata;
    await changeFile(file, {
      ...(draft.name !== file.name && { name: draft.name }),
      ...(draft.path !== file.path && { path: draft.path }),
      ...(JSON.stringify(whole) !== JSON.stringify(file.metadata) && { metadata: whole }),
    });
    showToast('Saved.');
    onSaved();
  });
  const close = async () => {
    if (isDirty && !(await discard())) return;
    onClose();
  };

  return (
    <Dialog
      title="Edit file"
      onClose={() => void close()}
      footer={
        <>
          <Button onClick={() => void close()}>Cancel</Button>
          <Button kind="primary" type="submit" form="edit-file" busy={busy} disabled={!isDirty}>
            Save
          </Button>
        </>
      }
    >
      {error !== null && <Notice kind="danger">{explain(error)}</Notice>}
      <form id="edit-file" class="stack" onSubmit={submit}>
        <Field label="Name" hint="What it is called when somebody downloads it.">
          {(control) => (
            <input
              {...control}
              class="input"
              required
              value={draft.name}
              onInput={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label="Path" hint="Where it is shown; unique in the bucket. Links to the file do not change.">
          {(control) => (
            <input
              {...control}
              class="input"
              required
              value={draft.path}
              onInput={(event) => setDraft({ ...draft, path: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field
          label="Metadata"
          hint="A JSON object."
          error={metadata === null ? 'This is not a JSON object.' : null}
        >
          {(control) => (
            <textarea
              {...control}
              class="input input-code"
              spellcheck={false}
              value={draft.metadata}
              onInput={(event) => setDraft({ ...draft, metadata: event.currentTarget.value })}
            />
          )}
        </Field>
        {bucket.file_security && (
          <fieldset class="stack">
            <legend class="field-label">Rules of this file</legend>
            <p class="field-hint">Where one is given it decides instead of the bucket’s rule.</p>
            {FILE_RULES.map((operation) => (
              <Field key={operation} label={operation}>
                {(control) => (
                  <input
                    {...control}
                    class="input input-code"
                    spellcheck={false}
                    placeholder={bucket.rules[operation]?.text ?? 'admins only'}
                    value={draft.rules[operation]}
                    onInput={(event) =>
                      setDraft({
                        ...draft,
                        rules: { ...draft.rules, [operation]: event.currentTarget.value },
                      })
                    }
                  />
                )}
              </Field>
            ))}
          </fieldset>
        )}
      </form>
    </Dialog>
  );
}

function readRules(rules: unknown): Record<(typeof FILE_RULES)[number], string> {
  const known = (typeof rules === 'object' && rules !== null ? rules : {}) as Readonly<
    Record<string, unknown>
  >;
  const textOf = (name: string) => (typeof known[name] === 'string' ? known[name] : '');
  return {
    read: textOf('read'),
    update: textOf('update'),
    download: textOf('download'),
    delete: textOf('delete'),
  };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function explain(error: Error): string {
  if (!(error instanceof ApiError) || error.code !== 'PRECONDITION_FAILED') return error.message;
  return 'Somebody else has changed this file meanwhile. Close this, look at what it is now, and edit it again.';
}

function discard(): Promise<boolean> {
  return confirmFirst({
    title: 'Discard your changes?',
    text: 'They have not been saved.',
    action: 'Discard',
    danger: true,
  });
}
