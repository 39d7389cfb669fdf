// A thread of its own, for a copy is one call that takes as long as the disk likes; see copy-database.ts.
import { workerData } from 'node:worker_threads';
import BetterSqlite3 from 'better-sqlite3';
import type { CopyOrder } from './copy-database.ts';

/** More than a database can have. */
const ALL_PAGES = 2 ** 31 - 1;

const { from, to, patience } = workerData as CopyOrder;

const sqlite = new BetterSqlite3(from, { fileMustExist: true, timeout: patience });
try {
  await sqlite.backup(to, { progress: () => ALL_PAGES });
} finally {
  sqlite.close();
}
