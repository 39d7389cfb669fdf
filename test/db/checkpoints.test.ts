import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Checkpoints } from '../../src/db/checkpoints.ts';
import { Database } from '../../src/db/database.ts';
import { readWhole, WalSync } from '../../src/db/wal-sync.ts';
import { WriteQueue } from '../../src/db/write-queue.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';

const MIB = 2 ** 20;

let folder: TempFolder;
beforeEach(() => (folder = makeTempFolder()));
afterEach(() => folder.remove());

it.each([true, false])(
  'a constant stream of changes keeps the log short, and the end leaves none (durable: %s)',
  async (durable) => {
    const path = join(folder.path, 'test.db');
    const database = new Database({ path, durable });
    database.exec('CREATE TABLE blobs (blob BLOB)');
    const insert = database.prepare('INSERT INTO blobs VALUES (randomblob(3000))');
    let longest = 0;
    for (let round = 0; round < 100; round += 1) {
      await Promise.all(Array.from({ length: 60 }, () => database.write(() => insert.run())));
      longest = Math.max(longest, statSync(`${path}-wal`).size);
    }
    // Nothing but checkpoints writes there, and none was made at a commit: the log never became as long as that takes.
    expect(statSync(path).size).toBeGreaterThan(15 * MIB);
    expect(longest).toBeLessThan(10 * MIB);
    await database.closeIdle();
    expect(readdirSync(folder.path)).toEqual(['test.db']);
    const whole = new BetterSqlite3(path, { readonly: true });
    expect(whole.prepare('SELECT count(*) FROM blobs').pluck().get()).toBe(6_000);
    expect(whole.pragma('integrity_check', { simple: true })).toBe('ok');
    whole.close();
  },
);

it('ends its thread when there is nothing more to do, and starts it again', async () => {
  const database = new Database({ path: join(folder.path, 'test.db'), durable: false });
  database.exec('CREATE TABLE blobs (blob BLOB)');
  const insert = database.prepare('INSERT INTO blobs VALUES (randomblob(300_000))');
  for (let round = 0; round < 2; round += 1) {
    await Promise.all(Array.from({ length: 60 }, () => database.write(() => insert.run())));
    await vi.waitFor(() => expect(workerThreads()).toBe(1), { interval: 5 });
    await vi.waitFor(() => expect(workerThreads()).toBe(0), { timeout: 10_000 });
  }
  database.close();
});

it('where no thread can be started, SQLite folds the log at a commit, and changes go on', async () => {
  const path = join(folder.path, 'test.db');
  const sqlite = new BetterSqlite3(path, { timeout: 0 });
  sqlite.pragma('journal_mode = WAL');
  sqlite.exec('CREATE TABLE blobs (blob BLOB)');
  let refused = 0;
  const folding = {
    run: () => {
      refused += 1;
      return Promise.reject(Object.assign(new Error('EAGAIN'), { code: 'ERR_WORKER_INIT_FAILED' }));
    },
    stop: () => undefined,
  };
  const checkpoints = new Checkpoints(sqlite, null, folding);
  const queue = new WriteQueue(sqlite, { patience: 30_000, checkpoints });
  const insert = sqlite.prepare('INSERT INTO blobs VALUES (randomblob(100_000))');
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(Array.from({ length: 60 }, () => queue.add(() => void insert.run())));
    await checkpoints.idle();
  }
  expect(refused).toBeGreaterThan(1);
  expect(statSync(path).size).toBeGreaterThan(40 * MIB);
  expect(statSync(`${path}-wal`).size).toBeLessThan(30 * MIB);
  sqlite.close();
});

/** Those of Node's `Worker` in this process. */
function workerThreads(): number {
  const threads = readdirSync('/proc/self/task').map((id) =>
    readFileSync(`/proc/self/task/${id}/comm`, 'utf8'),
  );
  return threads.filter((name) => name.trim() === 'WorkerThread').length;
}

describe('while a checkpoint is under way', () => {
  let sqlite: BetterSqlite3.Database;
  /** Ends the checkpoint that is under way. */
  let end: () => void;
  let runs: number;
  const folding = {
    run: () => {
      runs += 1;
      return new Promise<void>((resolve) => (end = resolve));
    },
    stop: () => undefined,
  };
  beforeEach(() => {
    runs = 0;
    sqlite = new BetterSqlite3(join(folder.path, 'test.db'), { timeout: 0 });
    sqlite.pragma('journal_mode = WAL');
    sqlite.exec('CREATE TABLE blobs (blob BLOB)');
  });
  afterEach(() => sqlite.close());

  const insert = (queue: WriteQueue, size: number) =>
    queue.add(() => void sqlite.prepare('INSERT INTO blobs VALUES (randomblob(?))').run(size));
  const count = () => sqlite.prepare('SELECT count(*) FROM blobs').pluck().get();
  const fillLog = (queue: WriteQueue) =>
    Promise.all(Array.from({ length: 50 }, () => insert(queue, MIB / 10)));

  it('changes wait, reads do not, and the changes are made when it has ended', async () => {
    const queue = new WriteQueue(sqlite, {
      patience: 30_000,
      checkpoints: new Checkpoints(sqlite, null, folding),
    });
    await fillLog(queue);
    await expect.poll(() => runs).toBe(1);
    const late = insert(queue, 1);
    for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(count()).toBe(50);
    end();
    await late;
    expect(count()).toBe(51);
    expect(runs).toBe(1);
  });

  it('a change is given up after a while, with a reason, and has changed nothing', async () => {
    const queue = new WriteQueue(sqlite, {
      patience: 50,
      checkpoints: new Checkpoints(sqlite, null, folding),
    });
    await fillLog(queue);
    await expect.poll(() => runs).toBe(1);
    await expect(insert(queue, 1)).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    expect(count()).toBe(50);
    end();
    await insert(queue, 1);
    expect(count()).toBe(51);
  });

  it('a log whose sync failed is not folded: the system may have forgotten a part of it', async () => {
    const trouble = new Error('EIO');
    const wal = new WalSync(sqlite, {
      later: () => Promise.reject(trouble),
      now: () => {
        throw trouble;
      },
      read: readWhole,
    });
    const checkpoints = new Checkpoints(sqlite, wal, folding);
    const queue = new WriteQueue(sqlite, { patience: 100, wal, checkpoints });
    const made = await Promise.allSettled(Array.from({ length: 50 }, () => insert(queue, MIB / 10)));
    expect(made.map(({ status }) => status)).toEqual(made.map(() => 'rejected'));
    await checkpoints.idle();
    expect(runs).toBe(0);
  });
});
