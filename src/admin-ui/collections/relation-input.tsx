import { useState } from 'preact/hooks';
import { EVERYTHING, listRecords } from '../api/records.ts';
import type { Collection, Schema, SchemaField } from '../api/schema.ts';
import { IconButton } from '../parts/button.tsx';
import type { ControlProps } from '../parts/field.tsx';
import { PickDialog } from '../parts/pick-dialog.tsx';
import { useLoad } from '../parts/use-load.ts';
import { findRecords } from './find-records.ts';
import { labelOf } from './record-label.ts';
import '../parts/picked.css';

interface RelationInputProps {
  readonly control: ControlProps;
  readonly field: SchemaField;
  readonly schema: Schema;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Another record, picked by what it is called. */
export function RelationInput({ control, field, schema, value, onChange }: RelationInputProps) {
  const reference = field.relation ?? field.references;
  const target = schema.collections.find(({ name }) => name === reference?.collection);
  const [picking, setPicking] = useState(false);
  if (target === undefined || reference === null) return null;
  return (
    <div class="picked">
      <span class="grow truncate">
        {value === '' ? (
          <span class="soft">none</span>
        ) : (
          <Label target={target} by={reference.field} value={value} />
        )}
      </span>
      {value !== '' && field.nullable && (
        <IconButton small icon="close" label={`Clear ${field.name}`} onClick={() => onChange('')} />
      )}
      <button
        {...control}
        type="button"
        class="button button-plain button-small"
        onClick={() => setPicking(true)}
      >
        {value === '' ? 'Choose' : 'Change'}
      </button>
      {picking && (
        <PickDialog
          title={`Choose from ${target.name}`}
          load={(search, signal) => findRecords(target, reference.field, search, signal)}
          onClose={() => setPicking(false)}
          onPick={({ key }) => {
            onChange(key);
            setPicking(false);
          }}
        />
      )}
    </div>
  );
}

function Label({
  target,
  by,
  value,
}: {
  readonly target: Collection;
  readonly by: string;
  readonly value: string;
}) {
  const { data } = useLoad(`${target.name} ${value}`, (signal) =>
    listRecords(target.name, { ...EVERYTHING, filters: [`${by}:eq:${value}`], limit: 1 }, signal),
  );
  const doc = data?.docs[0];
  return doc === undefined ? <code>{value}</code> : <>{labelOf(target, doc)}</>;
}
