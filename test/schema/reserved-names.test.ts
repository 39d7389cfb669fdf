import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { loadSchema } from '../../src/schema/load-schema.ts';
import { problemLines } from '../support/problem-lines.ts';

const problems = (collection: string) =>
  problemLines(() =>
    loadSchema({
      text: `version: 1\ncollections: { ${collection}: { fields: { id: { type: id, primary: true } } } }`,
      file: 's',
    }),
  );

/** Names under which this SQLite finds a table in an empty database. */
function tablesOfSqlite(): string[] {
  const db = new BetterSqlite3(':memory:');
  const names = (sql: string) => db.prepare(sql).pluck().all() as string[];
  const candidates = [
    ...names('SELECT name FROM pragma_module_list'),
    ...names(`SELECT 'pragma_' || name FROM pragma_pragma_list`),
    // Modules that come into the list when they are first used.
    ...['json_each', 'json_tree', 'jsonb_each', 'jsonb_tree', 'generate_series', 'bytecode', 'tables_used'],
  ];
  const isThere = (table: string): boolean => {
    try {
      return db.prepare('SELECT 1 FROM pragma_table_info(?)').all(table).length > 0;
    } catch {
      return true; // one that wants arguments
    }
  };
  const found = candidates.filter(isThere);
  db.close();
  return [...new Set(found)].sort();
}

describe('a collection', () => {
  it.each(tablesOfSqlite())('is not called %s, as a table of SQLite is', (name) => {
    expect(problems(name)).toEqual([
      `s:2:16 collections.${name} is a reserved name (choose another: SQLite has a table of its own under this one)`,
    ]);
  });

  it.each(['json', 'json_each2', 'pragma', 'dbstats', 'rtree', 'fts5'])('may be called %s', (name) => {
    expect(problems(name)).toEqual([]);
  });
});
