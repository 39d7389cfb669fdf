import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;
let database: Database;
/** Stands for another process. */
let other: BetterSqlite3.Database;

beforeEach(() => {
  folder = makeTempFolder();
  const path = join(folder.path, 'test.db');
  database = new Database({ path, durable: false });
  database.exec('CREATE TABLE words (word TEXT)');
  other = new BetterSqlite3(path);
});
afterEach(() => {
  other.close();
  database.close();
  folder.remove();
});

const words = () => database.prepare('SELECT word FROM words ORDER BY word').all();
const write = (word: string) =>
  database.write(() => void database.prepare('INSERT INTO words VALUES (?)').run(word));
function overwrite(file: string, head: Uint8Array): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, head, 0, head.length, 0);
  closeSync(descriptor);
}
const writeElsewhere = (word: string) => other.prepare('INSERT INTO words VALUES (?)').run(word);

it('reads of one snapshot see the same, and those after it what another process has changed', () => {
  database.snapshot.begin();
  expect(words()).toEqual([]);
  writeElsewhere('a');
  expect(words()).toEqual([]);
  database.snapshot.end();
  expect(words()).toEqual([{ word: 'a' }]);
});

it('holds up nobody who writes, and a change by the process itself ends it', async () => {
  database.snapshot.begin();
  expect(words()).toEqual([]);
  writeElsewhere('a');
  await write('b');
  expect(words()).toEqual([{ word: 'a' }, { word: 'b' }]);
  writeElsewhere('c');
  expect(words()).toHaveLength(3);
  database.snapshot.end();
  expect(words()).toHaveLength(3);
});

it('a change that nobody could make does not leave it open', async () => {
  database.snapshot.begin();
  expect(words()).toEqual([]);
  await expect(
    database.write(() => {
      throw new Error('refused');
    }),
  ).rejects.toThrow('refused');
  writeElsewhere('a');
  expect(words()).toHaveLength(1);
});

it('is none where the database cannot be read, which is for the reads to say, and one again when it can', async () => {
  const file = join(folder.path, 'test.db');
  writeElsewhere('a');
  other.pragma('wal_checkpoint(TRUNCATE)');
  const header = readFileSync(file).subarray(0, 100);
  writeElsewhere('b'); // so that the file is read again, as with 'c' below
  overwrite(file, Buffer.alloc(header.length, 'x'));
  database.snapshot.begin();
  expect(database.snapshot.mark).toBeNull();
  expect(() => words()).toThrow('not a database');
  database.snapshot.end();
  overwrite(file, header);
  writeElsewhere('c');
  database.snapshot.begin();
  expect(database.snapshot.mark).toEqual(expect.any(String));
  expect(words()).toHaveLength(3);
  await write('d');
  expect(words()).toHaveLength(4);
});

it('the database closes, and a second end is nothing', () => {
  database.snapshot.begin();
  expect(words()).toEqual([]);
  database.close();
  database.snapshot.end();
  database.snapshot.begin();
  expect(() => words()).toThrow('not open');
});
