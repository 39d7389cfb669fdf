import type BetterSqlite3 from 'better-sqlite3';

/** Reads a text that is another one after each change of the database, by this process and by others. */
export function prepareChangeMark(sqlite: BetterSqlite3.Database): () => string {
  const statement = sqlite
    .prepare(`SELECT total_changes() || ' ' || data_version FROM pragma_data_version`)
    .pluck();
  return () => statement.get() as string;
}
