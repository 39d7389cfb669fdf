import { hintAmong } from '../lib/shape-problems.ts';
import type { YamlPath } from '../lib/yaml-tree.ts';
import { takesOption } from './field-types.ts';
import { primaryKeyOf, primaryKeys } from './primary-key.ts';
import type { CollectionDraft, FieldDraft, SchemaDraft } from './schema-draft.ts';
import type { SchemaReader } from './schema-reader.ts';
import type { FieldType } from './schema.ts';
import { splitReference } from './to-field.ts';

/**
 * What one part of the schema says about another. A broken part counts as there, so that one mistake is reported
 * once. `backends` are the names in alyx.yml; undefined where they are not known.
 */
export function crossCheck(
  reader: SchemaReader,
  draft: SchemaDraft,
  backends: readonly string[] | undefined,
): void {
  for (const { path, written } of draft.buckets.values()) {
    if (written === undefined || backends === undefined) continue;
    expectOneOf(reader, [...path, 'backend'], written.backend, backends, 'is no backend of alyx.yml');
  }
  for (const collection of draft.collections.values()) {
    checkPrimaryKey(reader, collection);
    checkIndexes(reader, collection);
    for (const field of collection.fields.values()) checkTargets(reader, draft, field);
  }
}

function expectOneOf(
  reader: SchemaReader,
  path: YamlPath,
  name: string,
  known: Iterable<string>,
  message: string,
): boolean {
  const names = [...known];
  if (names.includes(name)) return true;
  reader.report(path, message, names.length > 0 ? hintAmong(name, names) : undefined);
  return false;
}

function checkPrimaryKey(reader: SchemaReader, collection: CollectionDraft): void {
  const [first, ...others] = primaryKeys(collection);
  for (const { path, written } of others) {
    if (written !== undefined && !takesOption(written.type, 'primary')) continue;
    const message = `cannot be a primary key too: ${first?.name ?? ''} is one already`;
    reader.report([...path, 'primary'], message);
  }
  const isWhole = [...collection.fields.values()].every(({ written }) => written !== undefined);
  if (first !== undefined || !isWhole) return;
  const hint = 'add a field like  id: { type: uuid, primary: true, default: auto }';
  reader.report([...collection.path, 'fields'], 'must have a primary key', hint, 'key');
}

function checkIndexes(reader: SchemaReader, { path, indexes, fields }: CollectionDraft): void {
  const names = new Set<string>();
  for (const [position, index] of indexes.entries()) {
    const here = [...path, 'indexes', position];
    if (names.has(index.name)) reader.report([...here, 'name'], 'is the name of another index already');
    names.add(index.name);
    for (const [order, name] of index.fields.entries()) {
      const there = [...here, 'fields', order];
      if (index.fields.indexOf(name) < order) reader.report(there, 'is named twice');
      if (!expectOneOf(reader, there, name, fields.keys(), 'is no field of this collection')) continue;
      const type = fields.get(name)?.written?.type;
      if (type !== undefined && !takesOption(type, 'index'))
        reader.report(there, `cannot be indexed: its type is ${type}`);
    }
  }
}

function checkTargets(reader: SchemaReader, draft: SchemaDraft, field: FieldDraft): void {
  const { path, written } = field;
  if (written?.file !== undefined) {
    const there = [...path, 'file', 'bucket'];
    expectOneOf(reader, there, written.file.bucket, draft.buckets.keys(), 'is no bucket of this schema');
  }
  if (written?.relation !== undefined) {
    const { collection, field: name } = written.relation;
    const paths = { collection: [...path, 'relation', 'collection'], field: [...path, 'relation', 'field'] };
    checkTarget(reader, draft, { collection, name, paths });
  }
  if (written?.references === undefined) return;
  const there = [...path, 'references'];
  const reference = splitReference(written.references);
  if (reference === null) {
    reader.report(there, 'must be a collection and a field', 'write it as collection.field');
    return;
  }
  const [collection, name] = reference;
  const target = checkTarget(reader, draft, { collection, name, paths: { collection: there, field: there } });
  const type = target?.written?.type;
  if (type !== undefined && (type === 'int') !== (written.type === 'int')) {
    reader.report(
      there,
      `must be a field that holds the same: this one is ${written.type}, that one ${type}`,
    );
  }
}

interface Target {
  readonly collection: string;
  /** Undefined = the collection's primary key. */
  readonly name: string | undefined;
  readonly paths: { readonly collection: YamlPath; readonly field: YamlPath };
}

/** SQLite demands a unique column behind a foreign key. */
function checkTarget(reader: SchemaReader, draft: SchemaDraft, target: Target): FieldDraft | undefined {
  const { paths } = target;
  const names = draft.collections.keys();
  if (!expectOneOf(reader, paths.collection, target.collection, names, 'is no collection of this schema'))
    return;
  const collection = draft.collections.get(target.collection);
  const name = target.name ?? primaryKeyOf(collection);
  if (collection === undefined || name === undefined) return;
  const known = collection.fields.keys();
  if (!expectOneOf(reader, paths.field, name, known, `is no field of ${target.collection}`)) return;
  const field = collection.fields.get(name);
  if (field?.written !== undefined && !isUnique(collection, field)) {
    const message = `must be a unique field: ${target.collection}.${name} is none`;
    reader.report(paths.field, message, 'refer to its primary key, or add unique: true there');
  } else if (field?.written !== undefined && !KEY_TYPES.includes(field.written.type)) {
    const message = `must be a field of the type ${KEY_TYPES.join(', ')}: ${target.collection}.${name} is ${field.written.type}`;
    reader.report(paths.field, message, 'refer to its primary key');
  }
  return field;
}

/** Types whose values are the same in JSON and in their column, so that another record can name them. */
const KEY_TYPES: readonly FieldType[] = ['id', 'uuid', 'string', 'int', 'email', 'url'];

function isUnique({ indexes }: CollectionDraft, { name, written }: FieldDraft): boolean {
  if (written?.primary === true || written?.unique === true) return true;
  return indexes.some(({ unique, fields }) => unique && fields.length === 1 && fields[0] === name);
}
