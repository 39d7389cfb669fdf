import type { Field, FieldType, Schema } from './schema.ts';

/** What a field's value is in JSON, null aside. */
export interface FieldJson {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'any';
  /** JSON Schema's name for the form of the text. */
  readonly format?: 'uuid' | 'date-time' | 'date' | 'email' | 'uri' | 'byte';
  /** True: a list of such values. */
  readonly isList: boolean;
}

const ONE: Readonly<Record<Exclude<FieldType, 'relation'>, Omit<FieldJson, 'isList'>>> = {
  id: { type: 'string' },
  uuid: { type: 'string', format: 'uuid' },
  string: { type: 'string' },
  text: { type: 'string' },
  richtext: { type: 'string' },
  int: { type: 'integer' },
  float: { type: 'number' },
  bool: { type: 'boolean' },
  timestamp: { type: 'string', format: 'date-time' },
  date: { type: 'string', format: 'date' },
  json: { type: 'any' },
  blob: { type: 'string', format: 'byte' },
  email: { type: 'string', format: 'email' },
  url: { type: 'string', format: 'uri' },
  select: { type: 'string' },
  file: { type: 'string', format: 'uuid' },
  'file[]': { type: 'string', format: 'uuid' },
};

export function fieldJson(schema: Schema, field: Field): FieldJson {
  const type = field.relation === undefined ? field.type : keyType(schema, field.relation);
  return { ...ONE[type as keyof typeof ONE], isList: isList(field) };
}

/** Whether the field holds a list: `file[]`, and a `select` of several. */
export function isList(field: Field): boolean {
  return field.type === 'file[]' || (field.type === 'select' && (field.select?.maxSelect ?? 1) > 1);
}

/** The type of the field that a relation points to; the schema's checks leave only types that can be a key. */
export function keyType(schema: Schema, relation: NonNullable<Field['relation']>): FieldType {
  return schema.collections.get(relation.collection)?.fields.get(relation.field)?.type ?? 'string';
}
