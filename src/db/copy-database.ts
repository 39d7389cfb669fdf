import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { OperatorError } from '../lib/errors.ts';

export interface CopyOrder {
  readonly from: string;
  /** A file that is not there yet. */
  readonly to: string;
  /** How many ms to wait for another process that has the database to itself. */
  readonly patience: number;
}

/**
 * Copies a consistent snapshot of a database while other processes use it, by a thread of its own: whoever waits for a
 * copy has to say meanwhile that it lives. In one step, which holds up no writer (WAL): SQLite begins a copy in several
 * steps again whenever another process writes in between. Throws OperatorError where it cannot be made.
 */
export async function copyDatabase(order: CopyOrder): Promise<void> {
  try {
    await inThread(order);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperatorError(
      `cannot copy the database ${order.from} to ${order.to}: ${reason}; look whether there is room and permission ` +
        'for it, and try again',
      { cause: error },
    );
  }
}

function inThread(order: CopyOrder): Promise<void> {
  return new Promise((resolve, reject) => {
    const file = new URL(`./copy-worker${extname(import.meta.filename)}`, import.meta.url);
    const worker = new Worker(file, { workerData: order });
    worker.on('error', reject); // the exit follows
    worker.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`its thread ended with ${code}`));
    });
  });
}
