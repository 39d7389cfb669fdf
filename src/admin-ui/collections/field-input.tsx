import type { InputHTMLAttributes } from 'preact';
import type { Schema, SchemaField } from '../api/schema.ts';
import { Field, type ControlProps } from '../parts/field.tsx';
import { BlobInput } from './blob-input.tsx';
import { idsOf, type DraftValue } from './draft.ts';
import { choicesOf, controlOf, isAutomatic } from './field-control.ts';
import { FileField } from './file-field.tsx';
import type { RecordUploads } from './record-uploads.ts';
import { RelationInput } from './relation-input.tsx';
import './field-input.css';

export interface FieldInputProps {
  readonly field: SchemaField;
  readonly schema: Schema;
  readonly value: DraftValue;
  readonly error: string | null;
  /** False while the record is being made. */
  readonly exists: boolean;
  readonly onChange: (value: DraftValue | ((old: DraftValue) => DraftValue)) => void;
  readonly uploads: RecordUploads;
}

/** The input that fits a field's type. */
export function FieldInput(props: FieldInputProps) {
  const { field, error, exists } = props;
  const hint = hintOf(field, exists);
  const isOptional = field.nullable || field.default !== null || isAutomatic(field);
  const label = (
    <>
      {field.name} <span class="field-type">{field.type}</span>
    </>
  );
  return (
    <Field label={label} error={error} required={!isOptional} {...(hint !== null && { hint })}>
      {(control) => <Input {...props} control={control} />}
    </Field>
  );
}

function hintOf(field: SchemaField, exists: boolean): string | null {
  if (isAutomatic(field)) return 'Set by the server on every change.';
  if (field.internal) return 'Internal: only admins and rules see it.';
  if (!exists && field.default !== null) {
    const { default: standard } = field;
    return standard.kind === 'value'
      ? `Empty: ${JSON.stringify(standard.value)}.`
      : 'Empty: made by the server.';
  }
  return null;
}

interface InputProps extends FieldInputProps {
  readonly control: ControlProps;
}

function Input(props: InputProps) {
  const { field, schema, value, control, exists, uploads, onChange } = props;
  const isReadOnly = isAutomatic(field) || (exists && field.primary);
  const text = typeof value === 'string' ? value : '';
  const list = idsOf(value);
  switch (controlOf(field)) {
    case 'lines':
      return (
        <textarea
          {...control}
          class="input"
          value={text}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'json':
      return (
        <textarea
          {...control}
          class="input input-code"
          spellcheck={false}
          value={text}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      );
    case 'check':
      return <CheckInput field={field} value={value} control={control} onChange={onChange} />;
    case 'choice':
      return (
        <select
          {...control}
          class="input"
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          <option value="">{field.nullable ? 'none' : 'choose…'}</option>
          {choicesOf(field).map((choice) => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      );
    case 'choices':
      return <ChoicesInput field={field} chosen={list} control={control} onChange={onChange} />;
    case 'blob':
      return <BlobInput control={control} value={text} onChange={onChange} />;
    case 'relation':
      return (
        <RelationInput control={control} field={field} schema={schema} value={text} onChange={onChange} />
      );
    case 'file':
    case 'files':
      return (
        <FileField
          control={control}
          field={field}
          schema={schema}
          ids={list}
          onChange={(change) => onChange((old) => change(idsOf(old)))}
          uploads={uploads}
        />
      );
    default:
      return (
        <input
          {...control}
          {...lineAttributes(field)}
          class="input"
          readOnly={isReadOnly}
          value={text}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

function lineAttributes(field: SchemaField): InputHTMLAttributes {
  const { min, max } = field.validate;
  switch (controlOf(field)) {
    case 'number':
      return {
        type: 'number',
        step: field.type === 'int' ? '1' : 'any',
        ...(min !== undefined && { min }),
        ...(max !== undefined && { max }),
      };
    case 'moment':
      return { type: 'datetime-local', step: '0.001' };
    case 'date':
      return { type: 'date' };
    default:
      if (field.type === 'email') return { type: 'email' };
      return field.type === 'url' ? { type: 'url' } : { type: 'text' };
  }
}

type SimpleProps = Pick<InputProps, 'field' | 'control' | 'onChange'>;

/** Two states as a box to tick, three (with "none") as a list. */
function CheckInput({ field, value, control, onChange }: SimpleProps & { readonly value: DraftValue }) {
  if (!field.nullable) {
    return (
      <input
        {...control}
        type="checkbox"
        class="checkbox"
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  return (
    <select
      {...control}
      class="input"
      value={value === null ? '' : String(value)}
      onChange={({ currentTarget: { value: chosen } }) => onChange(chosen === '' ? null : chosen === 'true')}
    >
      <option value="">none</option>
      <option value="true">true</option>
      <option value="false">false</option>
    </select>
  );
}

function ChoicesInput({
  field,
  chosen,
  control,
  onChange,
}: SimpleProps & { readonly chosen: readonly string[] }) {
  const limit = field.select?.max_select ?? Infinity;
  return (
    <div {...control} role="group" aria-label={field.name} class="row row-wrap choices" tabIndex={-1}>
      {choicesOf(field).map((choice) => {
        const isChosen = chosen.includes(choice);
        return (
          <label key={choice} class="choice">
            <input
              type="checkbox"
              class="checkbox"
              checked={isChosen}
              disabled={!isChosen && chosen.length >= limit}
              onChange={() =>
                onChange(isChosen ? chosen.filter((other) => other !== choice) : [...chosen, choice])
              }
            />
            {choice}
          </label>
        );
      })}
      {Number.isFinite(limit) && <span class="field-hint">up to {limit}</span>}
    </div>
  );
}
