import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readWhole, WalSync } from '../../src/db/wal-sync.ts';
import { WriteQueue } from '../../src/db/write-queue.ts';
import { AppError } from '../../src/lib/errors.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;
let sqlite: BetterSqlite3.Database;
/** Stands for another process. */
let other: BetterSqlite3.Database;
/** The disk: each sync of it waits to be told how it ends; `now` fails while there is trouble, `read` while that is unreadable. */
let later: PromiseWithResolvers<undefined>[];
let trouble: Error | null;
let unreadable: Error | null;
let queue: WriteQueue;

beforeEach(() => {
  folder = makeTempFolder();
  const path = join(folder.path, 'test.db');
  sqlite = new BetterSqlite3(path, { timeout: 0 });
  sqlite.pragma('journal_mode = WAL');
  sqlite.exec('CREATE TABLE words (word TEXT)');
  other = new BetterSqlite3(path, { timeout: 0 });
  later = [];
  trouble = null;
  unreadable = null;
  const wal = new WalSync(sqlite, {
    later: () => {
      const sync = Promise.withResolvers<undefined>();
      later.push(sync);
      return sync.promise;
    },
    now: () => {
      if (trouble !== null) throw trouble;
    },
    read: (file) => {
      if (unreadable !== null) throw unreadable;
      return readWhole(file);
    },
  });
  queue = new WriteQueue(sqlite, { patience: 100, wal });
});
afterEach(() => {
  other.close();
  sqlite.close();
  folder.remove();
});

const systemError = (code: string) => Object.assign(new Error(code), { code, syscall: 'fdatasync' });
const words = () => other.prepare('SELECT word FROM words ORDER BY word').pluck().all();
const add = (word: string) => queue.add(() => void sqlite.prepare('INSERT INTO words VALUES (?)').run(word));
const syncs = (count: number) => expect.poll(() => later.length).toBe(count);

/** What a change has come to so far. */
function watched(change: Promise<void>): { readonly state: () => string } {
  let state = 'waits';
  change.then(
    () => (state = 'made'),
    (error: unknown) => (state = error instanceof AppError ? error.code : 'failed'),
  );
  return { state: () => state };
}

describe('a change', () => {
  it('is told only when the log is synced, and others go on meanwhile', async () => {
    const first = watched(add('first'));
    await syncs(1);
    const second = watched(add('second'));
    await expect.poll(words).toEqual(['first', 'second']);
    expect([first.state(), second.state()]).toEqual(['waits', 'waits']);
    later[0]?.resolve(undefined);
    await expect.poll(first.state).toBe('made');
    expect(second.state()).toBe('waits');
    await syncs(2);
    later[1]?.resolve(undefined);
    await expect.poll(second.state).toBe('made');
  });

  it('shares the next sync with all that are committed during one', async () => {
    const first = add('0');
    await syncs(1);
    const rest: Promise<void>[] = [];
    for (let n = 1; n < 10; n += 1) {
      rest.push(add(String(n)));
      await expect.poll(words).toHaveLength(n + 1);
    }
    later[0]?.resolve(undefined);
    await first;
    await syncs(2);
    later[1]?.resolve(undefined);
    await Promise.all(rest);
    expect(later).toHaveLength(2);
  });
});

/** Makes a change whose log the disk takes neither at once nor again; it is told `code`. */
async function makeInDoubt(system: string, code: string): Promise<void> {
  trouble = systemError(system);
  const change = watched(add('in doubt'));
  await syncs(1);
  later[0]?.reject(trouble);
  await expect.poll(change.state).toBe(code);
}

/** Makes another one when the disk is well again. */
async function makeNext(): Promise<void> {
  trouble = null;
  const next = add('next');
  await syncs(2);
  later[1]?.resolve(undefined);
  await next;
}

describe('after a sync that failed', () => {
  it('the log is written and synced again, and nobody notices', async () => {
    const change = add('kept');
    await syncs(1);
    later[0]?.reject(systemError('EIO'));
    await change;
    expect(words()).toEqual(['kept']);
    other.exec(`INSERT INTO words VALUES ('of another process')`);
    expect(words()).toEqual(['kept', 'of another process']);
  });

  it.each([
    ['EIO', 'BACKEND_UNAVAILABLE'],
    ['ENOSPC', 'STORAGE_FULL'],
  ])('%s twice, nobody writes until the log is on disk: %s', async (system, code) => {
    await makeInDoubt(system, code);
    await expect(add('refused')).rejects.toMatchObject({ code });
    expect(() => other.exec(`INSERT INTO words VALUES ('of another process')`)).toThrow('locked');
    expect(words()).toEqual(['in doubt']);

    await makeNext();
    expect(words()).toEqual(['in doubt', 'next']);
  });

  it('what the system forgot of the log is brought back', async () => {
    await makeInDoubt('EIO', 'BACKEND_UNAVAILABLE');
    const log = readFileSync(`${sqlite.name}-wal`);
    writeFileSync(`${sqlite.name}-wal`, Buffer.alloc(log.length), { flag: 'r+' });

    await makeNext();
    expect(words()).toEqual(['in doubt', 'next']);
    expect(other.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  it('a log that cannot be read either lets nobody write until it can, and everybody then', async () => {
    unreadable = systemError('EIO');
    await makeInDoubt('EIO', 'BACKEND_UNAVAILABLE');
    await expect(add('refused')).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    expect(() => other.exec(`INSERT INTO words VALUES ('of another process')`)).toThrow('locked');

    unreadable = null;
    await makeNext();
    other.exec(`INSERT INTO words VALUES ('of another process')`);
    expect(words()).toEqual(['in doubt', 'next', 'of another process']);
  });

  it('what others have written, since SQLite let go of its lock, is not written over', async () => {
    await makeInDoubt('EIO', 'BACKEND_UNAVAILABLE');
    sqlite.exec('ROLLBACK'); // as SQLite does itself where a read fails
    other.exec(`INSERT INTO words VALUES ('of another process')`);

    await makeNext();
    expect(words()).toEqual(['in doubt', 'next', 'of another process']);
    expect(other.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});
