import type { Reference, SchemaField } from '../api/schema.ts';
import { formatLimit } from '../parts/format.ts';

/** A field's options in words, one each. */
export function describeField(field: SchemaField): string[] {
  const { validate, select, file } = field;
  const parts: (string | false | null)[] = [
    field.primary && 'primary key',
    field.nullable && 'may be empty',
    field.unique && 'unique',
    field.index && 'indexed',
    field.internal && 'internal',
    describeDefault(field),
    field.on_update !== null && 'set on every change',
    describeRange('length', validate.min_length, validate.max_length),
    describeRange('value', validate.min, validate.max),
    validate.pattern !== undefined && `matches ${validate.pattern}`,
    validate.format !== undefined && `a valid ${validate.format}`,
    validate.enum !== undefined && `one of ${validate.enum.map(String).join(', ')}`,
    select !== null &&
      `${select.max_select === 1 ? 'one' : `up to ${select.max_select}`} of ${select.values.join(', ')}`,
    describeReference(field.relation ?? field.references),
    file !== null && `files of ${file.bucket}`,
    file?.max_files !== null && file?.max_files !== undefined && `at most ${file.max_files}`,
    file?.max_size !== null && file?.max_size !== undefined && `up to ${formatLimit(file.max_size)} each`,
    file?.allowed_types !== null && file?.allowed_types !== undefined && file.allowed_types.join(', '),
    file !== null && (file.on_delete === 'cascade' ? 'files go with the record' : 'files stay'),
  ];
  return parts.filter((part) => typeof part === 'string');
}

function describeDefault({ default: standard }: SchemaField): string | null {
  if (standard === null) return null;
  return `default ${standard.kind === 'value' ? JSON.stringify(standard.value) : standard.kind}`;
}

function describeRange(what: string, min?: number, max?: number): string | null {
  if (min !== undefined && max !== undefined) return `${what} ${min} to ${max}`;
  if (min !== undefined) return `${what} at least ${min}`;
  return max === undefined ? null : `${what} at most ${max}`;
}

function describeReference(reference: Reference | null): string | null {
  if (reference === null) return null;
  return `refers to ${reference.collection}.${reference.field} (on delete: ${reference.on_delete.replace('_', ' ')})`;
}
