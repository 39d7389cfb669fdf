import { fieldJson, type FieldJson } from '../../schema/field-json.ts';
import type { Collection, Field, Schema } from '../../schema/schema.ts';
import { reference, type Components } from './components.ts';
import type { JsonSchema } from './json-schema.ts';

/** What the document calls the schemas of a collection's records. */
export interface RecordSchemas {
  /** As answers show it; `fields` may leave some out, `expand` may put what an id names in its place. */
  readonly record: JsonSchema;
  readonly list: JsonSchema;
  /** What POST and PUT take. */
  readonly draft: JsonSchema;
  /** What PATCH takes. */
  readonly change: JsonSchema;
}

/** Forms that every stored value has; an address or a URL may be wider than what a checker of the document takes. */
const CERTAIN_FORMATS: ReadonlySet<FieldJson['format']> = new Set(['uuid', 'date-time', 'date', 'byte']);

/** Adds the schemas of a collection's records to the document, made from its fields in schema.yaml. */
export function addRecordSchemas(
  components: Components,
  schema: Schema,
  collection: Collection,
): RecordSchemas {
  const fields = [...collection.fields.values()].filter(({ internal }) => !internal);
  const required = fields.filter((field) => !field.nullable && field.default === undefined);
  const named = (ending: string, value: JsonSchema) => {
    const name = `${collection.name}.${ending}`;
    components.addSchema(name, value);
    return reference(name);
  };
  const given = object(fields, (field) => input(schema, field));
  const answer = object(fields, (field) => shown(schema, field));
  // Admins may ask for internal fields, whose names are nobody else's business.
  const hidesSome = fields.length < collection.fields.size;
  const record = named('record', hidesSome ? { ...answer, additionalProperties: true } : answer);
  return {
    record,
    list: named('list', listOf(record)),
    draft: named('draft', { ...given, required: required.map(({ name }) => name) }),
    change: named('change', given),
  };
}

function object(fields: readonly Field[], toSchema: (field: Field) => JsonSchema): JsonSchema {
  const properties = Object.fromEntries(fields.map((field) => [field.name, toSchema(field)]));
  return { type: 'object', properties, additionalProperties: false };
}

function listOf(record: JsonSchema): JsonSchema {
  const count = { type: 'integer', minimum: 0 };
  const properties = { docs: { type: 'array', items: record }, total: count, limit: count, offset: count };
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function shown(schema: Schema, field: Field): JsonSchema {
  const { type, format, isList } = fieldJson(schema, field);
  if (type === 'any') return {};
  const value = { type, ...(CERTAIN_FORMATS.has(format) && { format }) };
  const behind = behindId(field);
  const one = behind === null ? value : { anyOf: [value, behind] };
  return orNull(field, isList ? { type: 'array', items: one } : one);
}

/** What `expand` puts in the place of an id. */
function behindId({ file, relation, references }: Field): JsonSchema | null {
  if (file !== undefined) return reference('ExpandedFile');
  const target = relation ?? references;
  return target === undefined ? null : reference(`${target.collection}.record`);
}

function input(schema: Schema, field: Field): JsonSchema {
  const { type, format, isList } = fieldJson(schema, field);
  if (type === 'any') return {};
  const { validate, select, file } = field;
  const one = {
    type,
    ...(format !== undefined && { format }),
    ...(select !== undefined && { enum: select.values }),
    ...(validate.enum !== undefined && { enum: validate.enum }),
    ...(validate.min !== undefined && { minimum: validate.min }),
    ...(validate.max !== undefined && { maximum: validate.max }),
    ...(validate.minLength !== undefined && { minLength: validate.minLength }),
    ...(validate.maxLength !== undefined && { maxLength: validate.maxLength }),
    ...(validate.pattern !== undefined && { pattern: validate.pattern }),
  };
  const most = file?.maxFiles ?? select?.maxSelect;
  const list = { type: 'array', items: one, ...(most != null && { maxItems: most }) };
  return orNull(field, isList ? list : one);
}

function orNull({ nullable }: Field, schema: JsonSchema): JsonSchema {
  return nullable ? { anyOf: [schema, { type: 'null' }] } : schema;
}
