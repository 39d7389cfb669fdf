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

/** After so many reads without a change in between, rows are kept. */
function comeToRest(of = rows): void {
  inSnapshot(() => {
    for (let n = 0; n < 1_000; n += 1) of.find('nobody');
  });
  reads = [];
}

it('reads a row once as long as nothing changes', () => {
  comeToRest();
  expect(inSnapshot(() => [wordOf('a'), wordOf('b'), wordOf('a')])).toEqual(['apple', 'bean', 'apple']);
  expect(inSnapshot(() => wordOf('a'))).toBe('apple');
  expect(reads).toEqual(['a', 'b']);
});

it('reads it again after a change of its own', async () => {
  comeToRest();
  inSnapshot(() => wordOf('a'));
  await database.write(() => database.prepare(`UPDATE words SET word = 'avocado' WHERE id = 'a'`).run());
  expect(inSnapshot(() => wordOf('a'))).toBe('avocado');
  await database.write(() => database.prepare(`DELETE FROM words WHERE id = 'a'`).run());
  expect(inSnapshot(() => wordOf('a'))).toBeUndefined();
});

it('reads it again after a change in the middle of a snapshot, which ends there', async () => {
  comeToRest();
  database.snapshot.begin();
  expect(wordOf('a')).toBe('apple');
  await database.write(() => database.prepare(`UPDATE words SET word = 'avocado' WHERE id = 'a'`).run());
  expect(wordOf('a')).toBe('avocado');
});

it('reads it again after a change by another process', () => {
  comeToRest();
  inSnapshot(() => wordOf('a'));
  other.exec(`UPDATE words SET word = 'avocado' WHERE id = 'a'`);
  expect(inSnapshot(() => wordOf('a'))).toBe('avocado');
});

it('reads it again after a change that was undone', async () => {
  comeToRest();
  inSnapshot(() => wordOf('a'));
  const undone = database.write(() => {
    database.prepare(`UPDATE words SET word = 'avocado' WHERE id = 'a'`).run();
    throw new Error('undo');
  });
  await expect(undone).rejects.toThrow('undo');
  expect(inSnapshot(() => wordOf('a'))).toBe('apple');
});

it('keeps nothing while the database changes all the time', () => {
  comeToRest();
  for (const word of ['aubergine', 'asparagus']) {
    other.prepare(`UPDATE words SET word = ? WHERE id = 'a'`).run(word);
    expect(inSnapshot(() => [wordOf('a'), wordOf('a')])).toEqual([word, word]);
  }
  expect(reads).toEqual(['a', 'a', 'a', 'a']);
});

it('keeps no note of what is not there', () => {
  comeToRest();
  inSnapshot(() => {
    expect(rows.find('c')).toBeNull();
    expect(rows.find('c')).toBeNull();
  });
  expect(reads).toEqual(['c', 'c']);
});

it('always reads outside of a snapshot', () => {
  comeToRest();
  inSnapshot(() => wordOf('a'));
  wordOf('a');
  wordOf('a');
  expect(reads).toEqual(['a', 'a', 'a']);
});

it.each([
  { size: 'small', weight: 1_000, kept: 1_000, tooMany: 5_000 },
  { size: 'large', weight: 1_000_000, kept: 4, tooMany: 6 },
])('forgets $size rows before they are too much', ({ weight, kept, tooMany }) => {
  const many = new HotRows(database.snapshot, (id) => {
    reads.push(id);
    return id === 'nobody' ? null : { word: '', weight };
  });
  const ask = (count: number) =>
    inSnapshot(() => {
      for (let n = 0; n < count; n += 1) many.find(String(n));
    });
  comeToRest(many);
  ask(kept);
  ask(kept);
  expect(reads).toHaveLength(kept);
  reads = [];
  ask(tooMany);
  ask(1);
  expect(reads.at(-1)).toBe('0');
});
