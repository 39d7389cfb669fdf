import type { Collection } from '../schema/schema.ts';
import { hasDefault } from './default-value.ts';
import { sqlName } from './sql-name.ts';
import type { ColumnDefinition } from './table-definition.ts';
import type { TablesRepository } from './tables-repository.ts';
import { widenedColumn } from './widened-column.ts';

/** Why the columns of a table with records cannot become those that are wanted, each with what to do about it. */
export function columnProblems(
  tables: TablesRepository,
  { name, fields }: Collection,
  old: readonly ColumnDefinition[],
  wanted: readonly ColumnDefinition[],
): string[] {
  const rows = tables.countRows(name);
  if (rows === 0) return [];
  const before = new Map(old.map((column) => [column.name, column]));
  const added = wanted.filter((column) => !before.has(column.name));
  const removed = old.filter((column) => !fields.has(column.name));
  return [
    ...removed.flatMap((column) => removalProblem(tables, name, column, added)),
    ...added.flatMap((column) => {
      const field = fields.get(column.name);
      const fits = column.primary ? false : !column.required || (field !== undefined && hasDefault(field));
      if (fits) return [];
      const remedy = column.primary ? 'keep the old primary key' : 'give it a default, or make it nullable';
      return [`${name}.${column.name} is new and required, but there are ${rows} records: ${remedy}`];
    }),
    ...wanted.flatMap((column) => {
      const was = before.get(column.name);
      return was === undefined ? [] : changeProblem(tables, name, was, column);
    }),
  ];
}

function removalProblem(
  tables: TablesRepository,
  table: string,
  { name, family, primary }: ColumnDefinition,
  added: readonly ColumnDefinition[],
): string[] {
  const values = tables.countValues(table, name);
  if (values === 0) return [];
  const [alike, ...others] = added.filter((column) => column.family === family);
  const heir = alike !== undefined && others.length === 0 ? alike.name : 'its new name';
  const [in_, column] = [sqlName(table), sqlName(name)];
  const giveUp = `to give the values up: UPDATE ${in_} SET ${column} = NULL`;
  return [
    `${table}.${name} is gone from schema.yaml but ${values} records have a value there: put it back` +
      `; if it has another name now: ALTER TABLE ${in_} RENAME COLUMN ${column} TO "${heir}"` +
      (primary ? '' : `; ${giveUp}`),
  ];
}

function changeProblem(
  tables: TablesRepository,
  table: string,
  was: ColumnDefinition,
  column: ColumnDefinition,
): string[] {
  const place = `${table}.${column.name}`;
  if (was.primary !== column.primary) {
    return [`${place}: the primary key cannot change while there are records`];
  }
  if (widenedColumn(was, column) === null && tables.countValues(table, column.name) > 0) {
    return [
      `${place} was of the kind ${was.family} and is now ${column.family}: add a new field and copy the values over`,
    ];
  }
  const nulls = column.required && !was.required ? tables.countNulls(table, column.name) : 0;
  return nulls === 0
    ? []
    : [`${place} is no longer nullable, but ${nulls} records have no value: give them one first`];
}
