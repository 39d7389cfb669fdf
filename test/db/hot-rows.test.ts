import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { HotRows } from '../../src/db/hot-rows.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;
let database: Database;
/** Stands for another process. */
let other: BetterSqlite3.Database;
let rows: HotRows<{ readonly word: string; readonly weight: number }>;
let reads: string[];

beforeEach(() => {
  folder = makeTempFolder();
  const path = join(folder.path, 'test.db');
  database = new Database({ path, durable: false });
  database.exec(`CREATE TABLE words (id TEXT PRIMARY KEY, word TEXT)`);
  database.exec(`INSERT INTO words VALUES ('a', 'apple'), ('b', 'bean')`);
  other = new BetterSqlite3(path);
  reads = [];
  const statement = database.prepare('SELECT word FROM words WHERE id = ?');
  rows = new HotRows(database.snapshot, (id) => {
    reads.push(id);
    const row = statement.get(id) as { word: string } | undefined;
    return row === undefined ? null : { ...row, weight: row.word.length };
  });
});
afterEach(() => {
  other.close();
  database.close();
  folder.remove();
});

function inSnapshot<T>(work: () => T): T {
  database.snapshot.begin();
  try {
    return work();
  } finally {
    database.snapshot.end();
  }
}
const wordOf = (id: string) => rows.find(id)?.word;

it('reads a row once as long as nothing changes', () => {
  expect(inSnapshot(() => [wordOf('a'), wordOf('b'), wordOf('a')])).toEqual(['apple', 'bean', 'apple']);
  expect(inSnapshot(() => wordOf('a'))).toBe('apple');
  expect(reads).toEqual(['a', 'b']);
});

it('reads it again after a change of its own', async () => {
  inSnapshot(() => wordOf('a'));
  await database.write(() => database.prepare(`UPDATE words SET word = 'avocado' WHERE id = 'a'`).run());
  expect(inSnapshot(() => wordOf('a'))).toBe('avocado');
  await database.write(() => database.prepare(`DELETE FROM words WHERE id = 'a'`).run());
  expect(inSnapshot(() => wordOf('a'))).toBeUndefined();
});

it('reads it again after a change in the middle of a snapshot, which ends there', async () => {
  database.snapshot.begin();
  expect(wordOf('a')).toBe('apple');
  await database.write(() => database.prepare(`UPDATE words SET word = 'avocado' WHERE id = 'a'`).run());
  expect(wordOf('a')).toBe('avocado');
});

it('reads it again after a change by another process', () => {
  inSnapshot(() => wordOf('a'));
  other.exec(`UPDATE words SET word = 'avocado' WHERE id = 'a'`);
  expect(inSnapshot(() => wordOf('a'))).toBe('avocado');
});

it('reads it again after a change that was undone', async () => {
  inSnapshot(() => wordOf('a'));
  const undone = database.write(() => {
    database.prepare(`UPDATE words SET word = 'avocado' WHERE id = 'a'`).run();
    throw new Error('undo');
  });
  await expect(undone).rejects.toThrow('undo');
  expect(inSnapshot(() => wordOf('a'))).toBe('apple');
});

it('keeps no note of what is not there', () => {
  inSnapshot(() => {
    expect(rows.find('c')).toBeNull();
    expect(rows.find('c')).toBeNull();
  });
  expect(reads).toEqual(['c', 'c']);
});

it('always reads outside of a snapshot', () => {
  inSnapshot(() => wordOf('a'));
  wordOf('a');
  wordOf('a');
  expect(reads).toEqual(['a', 'a', 'a']);
});

it.each([
  { size: 'small', weight: 1_000, count: 10_000 },
  { size: 'large', weight: 1_000_000, count: 10 },
])('forgets $size rows before they are too much', ({ weight, count }) => {
  const many = new HotRows(database.snapshot, (id) => {
    reads.push(id);
    return { weight };
  });
  inSnapshot(() => {
    for (let n = 0; n < count; n += 1) many.find(String(n));
    reads = [];
    many.find('0');
    many.find('0');
  });
  expect(reads).toEqual(['0']);
});
