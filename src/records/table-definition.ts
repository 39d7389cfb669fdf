import { takesOption } from '../schema/field-types.ts';
import { isList } from '../schema/field-json.ts';
import type { Collection, Field, Reference, Schema } from '../schema/schema.ts';
import { storageOf } from './column.ts';
import { sqlName } from './sql-name.ts';

/** What a collection's table must look like; kept in `_alyx_collections` to see at start what has changed. */
export interface TableDefinition {
  readonly columns: readonly ColumnDefinition[];
  readonly indexes: readonly IndexDefinition[];
}

export interface ColumnDefinition {
  readonly name: string;
  /** The SQL behind the name: type, key, reference. */
  readonly sql: string;
  readonly family: string;
  readonly required: boolean;
  readonly primary: boolean;
  /** `collection.field` that it points to. */
  readonly target?: string;
}

export interface IndexDefinition {
  readonly name: string;
  readonly fields: readonly string[];
  readonly unique: boolean;
}

/** `ruleFields` are those that the `read` rule looks at: lists and their totals select by them. */
export function defineTable(
  collection: Collection,
  schema: Schema,
  ruleFields: readonly Field[],
): TableDefinition {
  const columns = [...collection.fields.values()].map((field) => defineColumn(field, schema));
  return { columns, indexes: defineIndexes(collection, ruleFields) };
}

/** Whether a value must be there is left to validation: SQLite cannot change NOT NULL without a rebuild. */
function defineColumn(field: Field, schema: Schema): ColumnDefinition {
  const { sql, family } = storageOf(field, schema);
  const reference = referenceOf(field);
  const parts = [
    sql,
    field.primary ? 'PRIMARY KEY NOT NULL' : '',
    reference === undefined
      ? ''
      : `REFERENCES ${sqlName(reference.collection)} (${sqlName(reference.field)})`,
  ];
  return {
    name: field.name,
    sql: parts.filter((part) => part !== '').join(' '),
    family,
    required: !field.nullable,
    primary: field.primary,
    ...(reference && { target: `${reference.collection}.${reference.field}` }),
  };
}

/** What the field points to, whichever way the schema says it. */
export function referenceOf(field: Field): Reference | undefined {
  return field.relation ?? field.references;
}

/** Index names are global in SQLite, so the table's name goes in front. */
function defineIndexes(
  { name, indexes, fields }: Collection,
  ruleFields: readonly Field[],
): IndexDefinition[] {
  const ofFields = [...fields.values()]
    .filter((field) => !field.primary && (field.unique || field.index || referenceOf(field) !== undefined))
    .map((field) => ({ name: `${name}.${field.name}`, fields: [field.name], unique: field.unique }));
  return [
    ...ofFields,
    ...indexes.map((index) => ({ ...index, name: `${name}.${index.name}.index` })),
    ...ruleIndexes(name, ruleFields),
  ];
}

/** Each costs every write a little; a rule that looks at more fields is selective by its first ones. */
const MAX_RULE_FIELDS = 3;

/** One index per field of the rule, each with the others behind it, so that counting never reads the table. */
function ruleIndexes(table: string, ruleFields: readonly Field[]): IndexDefinition[] {
  const keyed = ruleFields.filter(
    (field) => takesOption(field.type, 'index') && !isList(field) && !LONG.includes(field.type),
  );
  const covered = keyed.slice(0, MAX_RULE_FIELDS).map(({ name }) => name);
  return covered.map((first) => ({
    name: `${table}.${first}.rule`,
    fields: [first, ...covered.filter((other) => other !== first)],
    unique: false,
  }));
}

/** Types whose values are too long to be kept twice. */
const LONG: readonly Field['type'][] = ['text', 'richtext'];
