import type BetterSqlite3 from 'better-sqlite3';
import { OperatorError } from '../lib/errors.ts';
import { MIGRATIONS } from './migrations.ts';

/**
 * Brings the system tables to this version's shape. `PRAGMA user_version` counts the migrations that were applied;
 * it is read under the write lock, so two processes that start at once cannot both apply one.
 */
export function migrate(sqlite: BetterSqlite3.Database, path: string): void {
  const apply = sqlite.transaction(() => {
    const applied = sqlite.pragma('user_version', { simple: true }) as number;
    if (applied > MIGRATIONS.length) {
      throw new OperatorError(
        `the database ${path} has version ${applied}, this Alyx knows only up to ${MIGRATIONS.length}: ` +
          'it was made by a newer Alyx; start that one, or restore a backup made before the upgrade',
      );
    }
    for (const sql of MIGRATIONS.slice(applied)) sqlite.exec(sql);
    sqlite.pragma(`user_version = ${MIGRATIONS.length}`);
  });
  apply.immediate();
}
