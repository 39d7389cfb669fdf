import { OperatorError } from '../lib/errors.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { Collection, Schema } from '../schema/schema.ts';
import { toSqlValue } from './column.ts';
import { columnProblems } from './column-problems.ts';
import { defaultValue, hasDefault, type DefaultSources } from './default-value.ts';
import { fieldsOfReadRule } from './record-rule-columns.ts';
import { sqlName } from './sql-name.ts';
import {
  defineTable,
  referenceOf,
  type ColumnDefinition,
  type IndexDefinition,
  type TableDefinition,
} from './table-definition.ts';
import type { TablesRepository } from './tables-repository.ts';
import { widenedColumn } from './widened-column.ts';

export interface SyncContext extends DefaultSources {
  readonly tables: TablesRepository;
  readonly schema: Schema;
  readonly rules: RuleBook;
}

/**
 * Gives every collection its table, and extends the tables of collections that have grown; returns what it did. A
 * change that could lose data is made by nobody but the operator: throws OperatorError with the list of them, and
 * changes nothing.
 */
export function syncTables(context: SyncContext): string[] {
  const { tables, schema } = context;
  return tables.transaction(() => {
    const problems: string[] = [];
    const changes: string[] = [];
    const definitions = tables.definitions();
    for (const name of definitions.keys()) {
      if (!schema.collections.has(name)) removeCollection(tables, name, { problems, changes });
    }
    for (const collection of schema.collections.values()) {
      syncTable(context, collection, definitions.get(collection.name), { problems, changes });
    }
    // Only now is every table there that another may point to.
    if (problems.length === 0) problems.push(...danglingProblems(context, definitions));
    if (problems.length > 0) throw new OperatorError(refusal(problems));
    return changes;
  });
}

interface Findings {
  readonly problems: string[];
  readonly changes: string[];
}

function refusal(problems: readonly string[]): string {
  return (
    `schema.yaml no longer fits the records in the database, and Alyx drops nothing by itself:\n` +
    `${problems.map((problem) => `  - ${problem}`).join('\n')}\n` +
    `SQL is run on the file database.path while the server is stopped, after a backup; nothing has been changed`
  );
}

function removeCollection(tables: TablesRepository, name: string, { problems, changes }: Findings): void {
  const rows = tables.columns(name).size === 0 ? 0 : tables.countRows(name);
  if (rows > 0) {
    problems.push(
      `the collection ${name} is gone from schema.yaml but has ${rows} records: put it back and delete them first; ` +
        `or, if it has another name now: ALTER TABLE ${sqlName(name)} RENAME TO "its new name"`,
    );
    return;
  }
  tables.drop(name);
  changes.push(`dropped the empty collection ${name}`);
}

function syncTable(
  context: SyncContext,
  collection: Collection,
  stored: TableDefinition | undefined,
  findings: Findings,
): void {
  const { tables, schema, rules } = context;
  const { name } = collection;
  const wanted = defineTable(collection, schema, fieldsOfReadRule(rules, collection));
  const found = tables.columns(name);
  if (found.size === 0) {
    tables.create(name, wanted.columns);
    findings.changes.push(`made the collection ${name}`);
  } else {
    const old = columnsNow(found, stored, wanted);
    const problems = columnProblems(tables, collection, old, wanted.columns);
    findings.problems.push(...problems);
    if (problems.length > 0) return;
    alter(context, collection, old, wanted.columns, findings);
    syncFileReferences(tables, collection, stored);
  }
  const problems = syncIndexes(tables, name, stored, wanted);
  findings.problems.push(...problems);
  if (problems.length === 0) tables.saveDefinition(name, wanted);
}

/** The table as it is: what the definition says of each column, and what an operator has renamed since then. */
function columnsNow(
  found: ReadonlyMap<string, string>,
  stored: TableDefinition | undefined,
  wanted: TableDefinition,
): ColumnDefinition[] {
  return [...found].map(([name, type]) => {
    const isIt = (column: ColumnDefinition) => column.name === name && column.sql.split(' ', 1)[0] === type;
    const known = stored?.columns.find(isIt) ?? wanted.columns.find(isIt);
    return known ?? { name, sql: type, family: type, required: false, primary: false };
  });
}

function alter(
  context: SyncContext,
  collection: Collection,
  old: readonly ColumnDefinition[],
  wanted: readonly ColumnDefinition[],
  { changes }: Findings,
): void {
  const { tables } = context;
  const { name } = collection;
  const before = new Map(old.map((column) => [column.name, column]));
  const added = wanted.filter((column) => !before.has(column.name));
  const removed = old.filter((column) => !collection.fields.has(column.name));
  const changed = wanted.filter((column) => {
    const was = before.get(column.name);
    return was !== undefined && (was.sql !== column.sql || was.family !== column.family);
  });
  if (removed.length + changed.length > 0) {
    const kept = wanted.flatMap((column): [string, string][] => {
      const was = before.get(column.name);
      const value = was === undefined ? null : widenedColumn(was, column);
      return value === null ? [] : [[column.name, value]];
    });
    tables.rebuild(name, wanted, new Map(kept));
  } else {
    for (const column of added) tables.addColumn(name, column);
  }
  changes.push(
    ...added.map((column) => `added ${name}.${column.name}`),
    ...removed.map((column) => `dropped ${name}.${column.name}, which was empty`),
    ...changed.map((column) => `changed ${name}.${column.name} to ${column.sql}`),
  );
  for (const column of added) {
    const field = collection.fields.get(column.name);
    if (field === undefined || !hasDefault(field)) continue;
    tables.fill(name, column.name, () => toSqlValue(field, defaultValue(context, field)));
  }
}

/** Follows file fields that have got another name, or are gone. */
function syncFileReferences(
  tables: TablesRepository,
  { name, fields, primaryKey }: Collection,
  stored: TableDefinition | undefined,
): void {
  const known = new Set(stored?.columns.map((column) => column.name));
  for (const column of known) {
    if (fields.get(column)?.file === undefined) tables.forgetFileReferences(name, column);
  }
  for (const field of fields.values()) {
    if (field.file !== undefined && !known.has(field.name)) {
      tables.noteFileReferences(name, primaryKey, field.name);
    }
  }
}

function syncIndexes(
  tables: TablesRepository,
  table: string,
  old: TableDefinition | undefined,
  wanted: TableDefinition,
): string[] {
  const same = (index: IndexDefinition) => JSON.stringify(index);
  const unchanged = new Set(wanted.indexes.map(same));
  for (const index of old?.indexes ?? []) {
    if (!unchanged.has(same(index))) tables.dropIndex(index.name);
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

/** References that are new on fields which have values already. */
function danglingProblems(
  { tables, schema }: SyncContext,
  stored: ReadonlyMap<string, TableDefinition>,
): string[] {
  return [...schema.collections.values()].flatMap((collection) =>
    [...collection.fields.values()].flatMap((field) => {
      const reference = referenceOf(field);
      if (reference === undefined) return [];
      const before = stored.get(collection.name)?.columns.find(({ name }) => name === field.name);
      const target = `${reference.collection}.${reference.field}`;
      if (before?.target === target) return [];
      const dangling = tables.countDangling(collection.name, field.name, reference);
      if (dangling === 0) return [];
      return [
        `${collection.name}.${field.name} shall point to ${target}, but ${dangling} records hold a value that is not there: change them first`,
      ];
    }),
  );
}
