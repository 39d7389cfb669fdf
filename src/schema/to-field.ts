import type { JsonValue } from '../lib/json.ts';
import type { SourcePosition } from '../lib/problem.ts';
import { FIELD_TYPE_ROWS } from './field-types.ts';
import type { Field, FieldDefault, FieldType, FieldValidation, Reference } from './schema.ts';
import type { WrittenField } from './shape.ts';

/** A field as written, and checked, to the one the rest of the program knows. */
export function toField(
  name: string,
  written: WrittenField,
  at: SourcePosition,
  primaryKeyOf: (collection: string) => string,
): Field {
  const { type, primary = false, references, relation } = written;
  return {
    name,
    type,
    primary,
    unique: written.unique ?? false,
    index: written.index ?? false,
    nullable: written.nullable ?? false,
    default: toDefault(written),
    onUpdate: written.on_update,
    references: references === undefined ? undefined : toReference(references, written),
    internal: written.internal ?? false,
    validate: validationOf(written),
    select: selectOf(written),
    relation: relation && {
      collection: relation.collection,
      field: relation.field ?? primaryKeyOf(relation.collection),
      onDelete: relation.on_delete ?? written.on_delete ?? 'restrict',
    },
    file: written.file && {
      bucket: written.file.bucket,
      maxSize: written.file.max_size ?? null,
      allowedTypes: written.file.allowed_types,
      maxFiles: written.file.max_files ?? null,
      onDelete: written.file.on_delete,
    },
    at,
  };
}

/** Its limits on a value, wherever they are written: `minLength` stands beside `validate` as well as in it. */
export function validationOf({ min_length, max_length, validate = {} }: WrittenField): FieldValidation {
  const limits = {
    min: validate.min,
    max: validate.max,
    minLength: min_length ?? validate.min_length,
    maxLength: max_length ?? validate.max_length,
    pattern: validate.pattern,
    format: validate.format,
    enum: validate.enum,
  };
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
}

export function selectOf({ select }: WrittenField): Field['select'] {
  return select && { values: select.values, maxSelect: select.max_select };
}

/** Whether `default: auto` or `default: now` means the generator; for other types it is a value like any other. */
export function isGenerated(type: FieldType, standard: JsonValue): standard is 'auto' | 'now' {
  return FIELD_TYPE_ROWS[type].generates.some((generator) => generator === standard);
}

/** `collection.field`; no name holds a dot. */
export function splitReference(references: string): readonly [collection: string, field: string] | null {
  const [collection, field, ...rest] = references.split('.');
  return collection === undefined || field === undefined || rest.length > 0 ? null : [collection, field];
}

function toReference(references: string, { on_delete: onDelete = 'restrict' }: WrittenField): Reference {
  const [collection, field] = splitReference(references) ?? ['', ''];
  return { collection, field, onDelete };
}

/** A primary `id` makes itself, which is what the type is for. */
function toDefault({ type, primary, default: standard }: WrittenField): FieldDefault | undefined {
  if (standard === undefined) return type === 'id' && primary === true ? { kind: 'auto' } : undefined;
  return isGenerated(type, standard) ? { kind: standard } : { kind: 'value', value: standard };
}
