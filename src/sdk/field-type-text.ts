import { isList } from '../schema/field-json.ts';
import { referenceOf } from '../records/table-definition.ts';
import type { Field, FieldType, Schema } from '../schema/schema.ts';
import { literal, unionText } from './type-text.ts';

/** The type of a field's values in answers, null aside. */
export function valueType(schema: Schema, field: Field): string {
  if (field.select !== undefined) {
    const union = unionText(field.select.values.map(literal));
    return isList(field) ? `readonly (${union})[]` : union;
  }
  if (field.validate.enum !== undefined) return unionText(field.validate.enum.map(literal));
  if (field.relation !== undefined) return keyType(schema, field);
  return VALUE_TYPES[field.type];
}

/** What may be sent: the same, and a Date for a time, which JSON turns into text. */
export function inputType(schema: Schema, field: Field): string {
  return field.type === 'timestamp' ? 'string | Date' : valueType(schema, field);
}

export function filterType(schema: Schema, field: Field): string {
  const value = valueType(schema, field);
  if (field.select !== undefined && isList(field)) {
    return `ListFilter<${unionText(field.select.values.map(literal))}>`;
  }
  if (FILTER_TYPES[field.type] === 'TextFilter' && value === 'number') return 'NumberFilter';
  const isPlain = value === VALUE_TYPES[field.type];
  return isPlain ? FILTER_TYPES[field.type] : `${FILTER_TYPES[field.type]}<${value}>`;
}

/** Whether a list can be in the order of the field. */
export function isSortable({ type }: Field): boolean {
  return type !== 'json' && type !== 'blob' && type !== 'file[]';
}

/** The type of the field that a relation points to. */
function keyType(schema: Schema, field: Field): string {
  const reference = referenceOf(field);
  const target = schema.collections.get(reference?.collection ?? '')?.fields.get(reference?.field ?? '');
  return target === undefined ? 'string' : VALUE_TYPES[target.type];
}

const VALUE_TYPES: Readonly<Record<FieldType, string>> = {
  id: 'string',
  uuid: 'string',
  string: 'string',
  text: 'string',
  richtext: 'string',
  int: 'number',
  float: 'number',
  bool: 'boolean',
  timestamp: 'string',
  date: 'string',
  json: 'JsonValue',
  blob: 'string',
  email: 'string',
  url: 'string',
  select: 'string',
  relation: 'string',
  file: 'string',
  'file[]': 'readonly string[]',
};

const FILTER_TYPES: Readonly<Record<FieldType, string>> = {
  id: 'TextFilter',
  uuid: 'TextFilter',
  string: 'TextFilter',
  text: 'TextFilter',
  richtext: 'TextFilter',
  int: 'NumberFilter',
  float: 'NumberFilter',
  bool: 'BoolFilter',
  timestamp: 'TimeFilter',
  date: 'TextFilter',
  json: 'ListFilter',
  blob: 'PresenceFilter',
  email: 'TextFilter',
  url: 'TextFilter',
  select: 'TextFilter',
  relation: 'TextFilter',
  file: 'TextFilter',
  'file[]': 'ListFilter',
};
