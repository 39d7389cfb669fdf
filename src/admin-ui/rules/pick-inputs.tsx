import { useState } from 'preact/hooks';
import { listFiles } from '../api/files.ts';
import type { Schema } from '../api/schema.ts';
import { listUsers } from '../api/users.ts';
import { findRecords } from '../collections/find-records.ts';
import { IconButton } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { formatBytes } from '../parts/format.ts';
import { PickDialog, type Choice } from '../parts/pick-dialog.tsx';
import type { Subject } from './rules-page.tsx';
import '../parts/picked.css';

export interface Picked {
  readonly id: string;
  readonly label: string;
}

const SHOWN = 50;

interface PickInputProps {
  readonly label: string;
  readonly nothing: string;
  readonly value: Picked | null;
  readonly load: (search: string, signal: AbortSignal) => Promise<readonly Choice[]>;
  readonly onChange: (value: Picked | null) => void;
}

function PickInput({ label, nothing, value, load, onChange }: PickInputProps) {
  const [picking, setPicking] = useState(false);
  return (
    <Field label={label}>
      {(control) => (
        <div class="picked">
          <span class="grow truncate">{value?.label ?? <span class="soft">{nothing}</span>}</span>
          {value !== null && (
            <IconButton small icon="close" label={`Clear ${label}`} onClick={() => onChange(null)} />
          )}
          <button
            {...control}
            type="button"
            class="button button-plain button-small"
            onClick={() => setPicking(true)}
          >
            Choose
          </button>
          {picking && (
            <PickDialog
              title={`Choose: ${label}`}
              load={load}
              onClose={() => setPicking(false)}
              onPick={({ key, label: picked }) => {
                onChange({ id: key, label: picked });
                setPicking(false);
              }}
            />
          )}
        </div>
      )}
    </Field>
  );
}

interface InputProps {
  readonly value: Picked | null;
  readonly onChange: (value: Picked | null) => void;
}

export function UserInput(props: InputProps) {
  return <PickInput {...props} label="As the user" nothing="nobody: not logged in" load={findUsers} />;
}

interface TargetInputProps extends InputProps {
  readonly subject: Subject;
  readonly schema: Schema;
}

export function TargetInput({ subject, schema, ...input }: TargetInputProps) {
  const collection = schema.collections.find(({ name }) => name === subject.name);
  if (subject.kind === 'bucket') {
    return (
      <PickInput
        {...input}
        label="On the file"
        nothing="none chosen"
        load={(search, signal) => findFiles(subject.name, search, signal)}
      />
    );
  }
  if (collection === undefined) return null;
  return (
    <PickInput
      {...input}
      label="On the record"
      nothing="none chosen"
      load={(search, signal) => findRecords(collection, collection.primary_key, search, signal)}
    />
  );
}

async function findUsers(search: string, signal: AbortSignal): Promise<readonly Choice[]> {
  const { users } = await listUsers({ search, role: '', limit: SHOWN, offset: 0 }, signal);
  return users.map(({ id, email, role }) => ({ key: id, label: email, note: role }));
}

async function findFiles(bucket: string, search: string, signal: AbortSignal): Promise<readonly Choice[]> {
  const query = { search, mimeType: '', sort: '-created_at' };
  const { files } = await listFiles(bucket, query, { offset: 0, limit: SHOWN }, signal);
  return files.map(({ id, name, size }) => ({ key: id, label: name, note: formatBytes(size) }));
}
