import { sqlName } from './sql-name.ts';
import type { ColumnDefinition } from './table-definition.ts';

const asList = (column: string): string => `CASE WHEN ${column} IS NOT NULL THEN json_array(${column}) END`;

/** Changes of a column's kind that lose nothing, from it to the one that is wanted. */
const WIDENINGS: Readonly<Record<string, (column: string) => string>> = {
  'int to float': (column) => column,
  'text to list': asList,
  'file to files': asList,
};

/** What a column's old values become in SQL; null where they cannot be kept. */
export function widenedColumn(was: ColumnDefinition, wanted: ColumnDefinition): string | null {
  const column = sqlName(was.name);
  if (was.family === wanted.family) return column;
  return WIDENINGS[`${was.family} to ${wanted.family}`]?.(column) ?? null;
}
