import type { Clock } from '../lib/clock.ts';
import { toTimestamp } from '../lib/clock.ts';
import { OperatorError } from '../lib/errors.ts';
import type { NewId } from '../lib/ids.ts';
import type { Collection, Field, Schema } from '../schema/schema.ts';
import { toSqlValue, type SqlValue } from './column.ts';
import { defineTable, type TableDefinition } from './table-definition.ts';
import type { TablesRepository } from './tables-repository.ts';

export interface SyncContext {
  readonly tables: TablesRepository;
  readonly schema: Schema;
  readonly clock: Clock;
  readonly newId: NewId;
}

/**
 * Gives every collection its table, and extends the tables of collections that have grown. A change that could lose
 * data is made by nobody but the operator: throws OperatorError with the list of them, and changes nothing.
 */
export function syncTables(context: SyncContext): void {
  const { tables, schema } = context;
  tables.transaction(() => {
    const stored = tables.definitions();
    const problems: string[] = [];
    for (const name of stored.keys()) {
      if (!schema.collections.has(name)) problems.push(...removeCollection(tables, name));
    }
    for (const collection of schema.collections.values()) {
      problems.push(...syncTable(context, collection, stored.get(collection.name)));
    }
    if (problems.length > 0) throw new OperatorError(refusal(problems));
  });
}

function refusal(problems: readonly string[]): string {
  return (
    `schema.yaml no longer fits the records in the database, and Alyx drops nothing by itself:\n` +
    `${problems.map((problem) => `  - ${problem}`).join('\n')}\n` +
    `Back up the database before you change it by hand; nothing has been changed`
  );
}

function removeCollection(tables: TablesRepository, name: string): string[] {
  const rows = tables.countRows(name);
  if (rows > 0) {
    return [
      `collection ${name} is gone from schema.yaml but has ${rows} records: put it back, or delete them first`,
    ];
  }
  tables.drop(name);
  return [];
}

function syncTable(context: SyncContext, collection: Collection, old: TableDefinition | undefined): string[] {
  const { tables, schema } = context;
  const { name } = collection;
  const wanted = defineTable(collection, schema);
  if (old === undefined) {
    tables.create(name, wanted.columns);
  } else if (JSON.stringify(old.columns) !== JSON.stringify(wanted.columns)) {
    const problems = columnProblems(tables, collection, old, wanted);
    if (problems.length > 0) return problems;
    rebuild(context, collection, old, wanted);
  }
  const problems = syncIndexes(tables, name, old, wanted);
  if (problems.length === 0) tables.saveDefinition(name, wanted);
  return problems;
}

function columnProblems(
  tables: TablesRepository,
  { name, fields }: Collection,
  old: TableDefinition,
  wanted: TableDefinition,
): string[] {
  const rows = tables.countRows(name);
  if (rows === 0) return [];
  const before = new Map(old.columns.map((column) => [column.name, column]));
  const removed = old.columns.filter((column) => !fields.has(column.name));
  return [
    ...removed.flatMap((column) => {
      const values = tables.countValues(name, column.name);
      return values === 0
        ? []
        : [
            `${name}.${column.name} is gone from schema.yaml but ${values} records have a value there: put it back, or set it to null first`,
          ];
    }),
    ...wanted.columns.flatMap((column) => {
      const was = before.get(column.name);
      const place = `${name}.${column.name}`;
      if (was === undefined) {
        const fillable = !column.required || fields.get(column.name)?.default !== undefined;
        return fillable
          ? []
          : [
              `${place} is new and required, but there are ${rows} records: give it a default, or make it nullable`,
            ];
      }
      if (was.primary !== column.primary)
        return [`${place}: the primary key cannot change while there are records`];
      if (was.family !== column.family && tables.countValues(name, column.name) > 0) {
        return [
          `${place} was of the kind ${was.family} and is now ${column.family}: add a new field and copy the values over`,
        ];
      }
      const nulls = column.required && !was.required ? tables.countNulls(name, column.name) : 0;
      return nulls === 0
        ? []
        : [`${place} is no longer nullable, but ${nulls} records have no value: give them one first`];
    }),
  ];
}

function rebuild(
  context: SyncContext,
  collection: Collection,
  old: TableDefinition,
  wanted: TableDefinition,
): void {
  const { tables } = context;
  const families = new Map(old.columns.map((column) => [column.name, column.family]));
  const kept = wanted.columns.filter((column) => families.get(column.name) === column.family);
  tables.rebuild(
    collection.name,
    wanted.columns,
    kept.map((column) => column.name),
  );
  for (const column of wanted.columns) {
    const field = collection.fields.get(column.name);
    if (families.has(column.name) || field?.default === undefined) continue;
    tables.fill(collection.name, column.name, filler(context, field));
  }
}

/** What a record that was there before the field gets in it. */
function filler({ clock, newId }: SyncContext, field: Field): () => SqlValue {
  if (field.default?.kind === 'auto') return newId;
  const now = toTimestamp(clock());
  const value =
    field.default?.kind === 'value' ? field.default.value : field.type === 'date' ? now.slice(0, 10) : now;
  const sql = toSqlValue(field, value);
  return () => sql;
}

function syncIndexes(
  tables: TablesRepository,
  table: string,
  old: TableDefinition | undefined,
  wanted: TableDefinition,
): string[] {
  const unchanged = new Set(wanted.indexes.map((index) => JSON.stringify(index)));
  for (const index of old?.indexes ?? []) {
    if (!unchanged.has(JSON.stringify(index))) tables.dropIndex(index.name);
  }
  return wanted.indexes.flatMap((index) => {
    const duplicates = index.unique ? tables.countDuplicates(table, index.fields) : 0;
    if (duplicates > 0) {
      return [
        `${table} (${index.fields.join(', ')}) shall be unique, but ${duplicates} values occur more than once: change them first`,
      ];
    }
    tables.createIndex(table, index);
    return [];
  });
}
