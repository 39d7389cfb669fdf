import BetterSqlite3 from 'better-sqlite3';

/** The user and the group that own nothing. */
export const NOBODY = 65_534;

/**
 * Takes from this process what it may do as root; to be called when all that it needs is imported, for nobody may be
 * unable to read that. Where the tests are not run by root, their own user has to do.
 */
export function becomeNobody(): void {
  new BetterSqlite3(':memory:').close(); // loads what comes with the first database
  if (process.getuid?.() !== 0) return;
  process.setgroups?.([]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
