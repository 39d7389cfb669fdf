import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WriteQueue } from '../../src/db/write-queue.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;
let sqlite: BetterSqlite3.Database;
/** Stands for another process. */
let other: BetterSqlite3.Database;

beforeEach(() => {
  folder = makeTempFolder();
  const path = join(folder.path, 'test.db');
  sqlite = new BetterSqlite3(path, { timeout: 0 });
  sqlite.pragma('journal_mode = WAL');
  sqlite.exec('CREATE TABLE words (word TEXT)');
  other = new BetterSqlite3(path);
});
afterEach(() => {
  other.close();
  sqlite.close();
  folder.remove();
});

const words = () => other.prepare('SELECT word FROM words ORDER BY word').pluck().all();
const add = (queue: WriteQueue, word: string) =>
  queue.add(() => void sqlite.prepare('INSERT INTO words VALUES (?)').run(word));

describe('while another process holds the write lock', () => {
  it('a change waits, everything else goes on, and it is made when the lock is free', async () => {
    const queue = new WriteQueue(sqlite, { patience: 30_000 });
    other.exec('BEGIN IMMEDIATE');
    const early = add(queue, 'early');
    let turns = 0;
    for (; turns < 50; turns += 1) await new Promise((resolve) => setTimeout(resolve, 1));
    const late = add(queue, 'late');
    await new Promise((resolve) => setImmediate(resolve));
    expect(words()).toEqual([]);
    other.exec('ROLLBACK');
    await Promise.all([early, late]);
    expect(words()).toEqual(['early', 'late']);
  });

  it('a change is given up after a while, has changed nothing, and the next one is made', async () => {
    const queue = new WriteQueue(sqlite, { patience: 50 });
    other.exec('BEGIN IMMEDIATE');
    await expect(add(queue, 'given up')).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    other.exec('ROLLBACK');
    await add(queue, 'made');
    expect(words()).toEqual(['made']);
  });

  it('a change is told when the database is closed before it could be made', async () => {
    const queue = new WriteQueue(sqlite, { patience: 30_000 });
    other.exec('BEGIN IMMEDIATE');
    const change = expect(add(queue, 'too late')).rejects.toThrow('closed');
    queue.flush();
    await change;
    other.exec('ROLLBACK');
    expect(words()).toEqual([]);
  });
});
