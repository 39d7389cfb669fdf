// A thread of its own, for the fsyncs of a checkpoint may take as long as the disk likes; see checkpoints.ts.
import { parentPort, workerData } from 'node:worker_threads';
import BetterSqlite3 from 'better-sqlite3';

const path = workerData as string;

parentPort?.on('message', () => {
  try {
    fold();
  } catch {
    // The log stays as it is, and the next checkpoint begins with it.
  }
  parentPort?.postMessage('done');
});

/** With a connection that is closed again: one left open would keep the server, when it ends, from folding the rest. */
function fold(): void {
  const sqlite = new BetterSqlite3(path, { fileMustExist: true, timeout: 0 });
  try {
    sqlite.pragma('synchronous = NORMAL');
    sqlite.pragma('wal_checkpoint(PASSIVE)');
  } finally {
    sqlite.close();
  }
}
