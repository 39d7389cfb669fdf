import { referenceOf } from '../records/table-definition.ts';
import type { Collection, Field, Schema } from '../schema/schema.ts';
import { filterType, inputType, isSortable, valueType } from './field-type-text.ts';
import { interfaceText, literal, unionText, type Member } from './type-text.ts';

/** The types of one collection, as text; `names` are those of all. */
export function collectionTypes(
  schema: Schema,
  collection: Collection,
  names: ReadonlyMap<string, string>,
): string {
  const name = names.get(collection.name) ?? '';
  const of = `of "${collection.name}"`;
  const fields = [...collection.fields.values()].filter((field) => !field.internal);
  const writable = fields.filter((field) => !field.primary && field.onUpdate === undefined);
  const sortable = fields.filter(isSortable).map((field) => literal(field.name));
  const create = fields.map((field) => inputMember(schema, field, mayBeLeftOut(field)));
  const replace = orNothing(writable.map((field) => inputMember(schema, field, mayBeLeftOut(field))));
  const update = orNothing(writable.map((field) => inputMember(schema, field, true)));
  const expand = fields.flatMap((field) => expandedMember(schema, field, names));
  const filter = fields.map((field) => filterMember(schema, field));
  return [
    interfaceText(
      `${name}Record`,
      fields.map((field) => recordMember(schema, field)),
      `A record ${of}.`,
    ),
    interfaceText(`${name}Create`, create, `What a new record ${of} is made from.`),
    interfaceText(`${name}Replace`, replace, `What takes the place of a record ${of}.`),
    interfaceText(`${name}Update`, update, `What changes in a record ${of}.`),
    interfaceText(`${name}Expand`, expand, `What \`expand\` puts in place of the ids in a record ${of}.`),
    `/** A record ${of} with some of its ids expanded, all of them where none is named. */\n` +
      `export type ${name}Expanded<E extends keyof ${name}Expand = keyof ${name}Expand> = Expanded<${name}Record, ${name}Expand, E>;`,
    interfaceText(`${name}Filter`, filter, `Conditions on the fields of a record ${of}.`),
    interfaceText(
      `${name}Types`,
      [
        { name: 'key', type: keyType(schema, collection) },
        ...['record', 'create', 'replace', 'update', 'expand', 'filter'].map((part) => ({
          name: part,
          type: `${name}${part.charAt(0).toUpperCase()}${part.slice(1)}`,
        })),
        { name: 'sort', type: unionText(sortable) },
      ],
      `All of the above, for the client.`,
    ),
  ].join('\n\n');
}

function keyType(schema: Schema, { fields, primaryKey }: Collection): string {
  const field = fields.get(primaryKey);
  return field === undefined ? 'string' : valueType(schema, field);
}

/** Whether a new record needs no value: it has a default, or null is one. */
function mayBeLeftOut(field: Field): boolean {
  return (
    field.nullable || field.default !== undefined || field.onUpdate !== undefined || field.type === 'file[]'
  );
}

/** An interface without members would take any. */
function orNothing(members: readonly Member[]): readonly Member[] {
  return members.length > 0 ? members : [{ name: '[field: string]', type: 'never' }];
}

function recordMember(schema: Schema, field: Field): Member {
  return { name: field.name, type: orNull(field, valueType(schema, field)), doc: fileNote(field) };
}

function inputMember(schema: Schema, field: Field, optional: boolean): Member {
  return { name: field.name, type: orNull(field, inputType(schema, field)), optional, doc: fileNote(field) };
}

function filterMember(schema: Schema, field: Field): Member {
  return { name: field.name, type: filterType(schema, field), optional: true };
}

/** A file or record that the caller may not read stays an id, so the id is always among the types. */
function expandedMember(schema: Schema, field: Field, names: ReadonlyMap<string, string>): Member[] {
  const id = field.type === 'file[]' ? 'string' : valueType(schema, field);
  const reference = referenceOf(field);
  const target = reference && names.get(reference.collection);
  const whole =
    field.file === undefined ? target && `${target}Record` : `ExpandedFile<${literal(field.file.bucket)}>`;
  if (whole === undefined) return [];
  const one = `${whole} | ${id}`;
  return [{ name: field.name, type: orNull(field, field.type === 'file[]' ? `readonly (${one})[]` : one) }];
}

function orNull({ nullable }: Field, type: string): string {
  return nullable ? `${type} | null` : type;
}

function fileNote({ type, file }: Field): string | undefined {
  if (file === undefined) return undefined;
  const { bucket, maxFiles, maxSize, allowedTypes } = file;
  const count = maxFiles === null ? '' : `, at most ${maxFiles}`;
  const limits = [
    ...(allowedTypes === null ? [] : [allowedTypes.join(', ')]),
    ...(maxSize === null ? [] : [`up to ${maxSize} bytes`]),
  ];
  const what = type === 'file[]' ? `Ids of files in "${bucket}"${count}` : `The id of a file in "${bucket}"`;
  return `${what}${limits.length === 0 ? '' : ` (${limits.join('; ')})`}.`;
}
