import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { MIGRATIONS } from '../../src/db/migrations.ts';
import { OperatorError } from '../../src/lib/errors.ts';
import { insertFileRows } from '../support/file-rows.ts';
import { runScript } from '../support/run-script.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;
let path: string;

beforeEach(() => {
  folder = makeTempFolder();
  path = join(folder.path, 'data', 'alyx.db');
});
afterEach(() => folder.remove());

function usingDatabase<T>(work: (db: Database) => T, durable = true): T {
  const db = new Database({ path, durable });
  try {
    return work(db);
  } finally {
    db.close();
  }
}

describe('opening', () => {
  it('makes the folder, and opens as it should', () => {
    const pragmas = usingDatabase((db) =>
      ['journal_mode', 'synchronous', 'foreign_keys'].map((name) => {
        const row = db.prepare(`PRAGMA ${name}`).get() as Record<string, unknown>;
        return Object.values(row)[0];
      }),
    );
    expect(pragmas).toEqual(['wal', 1, 1]);
  });

  it('migrates once, and finds the tables again', () => {
    usingDatabase((db) => db.exec(`INSERT INTO _alyx_bucket_usage VALUES ('b', 1, 2, 3)`));
    const row = usingDatabase((db) => db.prepare('SELECT files FROM _alyx_bucket_usage').get());
    expect(row).toEqual({ files: 1 });
    const version = usingDatabase((db) => db.prepare('PRAGMA user_version').get());
    expect(version).toEqual({ user_version: MIGRATIONS.length });
  });

  it('opens by a symbolic link, and syncs the log of the file that it leads to', async () => {
    usingDatabase(() => undefined);
    const link = join(folder.path, 'link.db');
    symlinkSync(path, link);
    const db = new Database({ path: link, durable: true });
    const insert = db.prepare(`INSERT INTO _alyx_bucket_usage VALUES ('b', 1, 2, 3)`);
    await db.write(() => insert.run());
    db.close();
    const row = usingDatabase((there) => there.prepare('SELECT files FROM _alyx_bucket_usage').get());
    expect(row).toEqual({ files: 1 });
  });

  it('finds the rules that files had of their own before there was a column for them', () => {
    usingDatabase(() => undefined);
    const raw = new BetterSqlite3(path);
    raw.exec('DROP INDEX _alyx_files_own_read; ALTER TABLE _alyx_files DROP COLUMN own_read_rule');
    raw.pragma('user_version = 6');
    const rules: readonly (readonly [metadata: string, rule: string | null])[] = [
      ['{}', null],
      ['{"rules": {"read": "é\\"😀"}}', 'é"😀'],
      ['{"rules": {"read": null}}', ''],
      ['{"rules": {"update": "true"}}', null],
      ['{"rules": ["read"]}', null],
      ['{"rules": {"read": "tr', ''], // no JSON: somebody wrote to the database by hand
    ];
    for (const [number, [metadata]] of rules.entries()) {
      insertFileRows(raw, [
        { bucket: 'docs', name: String(number), ownerId: null, metadata: {}, createdAt: 0 },
      ]);
      raw.prepare('UPDATE _alyx_files SET metadata = ? WHERE name = ?').run(metadata, String(number));
    }
    raw.close();
    const found = usingDatabase((db) =>
      db.prepare('SELECT own_read_rule FROM _alyx_files ORDER BY name').pluck().all(),
    );
    expect(found).toEqual(rules.map(([, rule]) => rule));
  });

  it('refuses a database that a newer version made, and leaves it as it is', () => {
    usingDatabase((db) => db.exec('PRAGMA user_version = 999'));
    expect(() => new Database({ path, durable: true })).toThrow(OperatorError);
    expect(() => new Database({ path, durable: true })).toThrow(/version 999.*newer Alyx/);
    const raw = new BetterSqlite3(path);
    expect(raw.pragma('user_version', { simple: true })).toBe(999);
    raw.close();
  });

  it('waits for another process that holds the lock, and says so when that takes too long', () => {
    usingDatabase(() => undefined);
    const other = new BetterSqlite3(path);
    other.exec('BEGIN IMMEDIATE');
    expect(() => new Database({ path, durable: true })).toThrow(
      /another process holds the database .* locked/,
    );
    other.close();
    usingDatabase(() => undefined);
  });

  it('says which file it cannot open', () => {
    expect(() => new Database({ path: join(folder.path), durable: true })).toThrow(
      /cannot open the database .*check database.path/,
    );
  });

  it.each([
    ['the database', () => chmodSync(path, 0o444)],
    ['the log that a killed process has left', () => writeFileSync(`${path}-wal`, '', { mode: 0o400 })],
    ['the folder', () => chmodSync(dirname(path), 0o555)],
  ])('says what a user must be permitted who may only read %s', async (_, forbid) => {
    usingDatabase(() => undefined);
    chmodSync(folder.path, 0o755);
    chmodSync(dirname(path), 0o777);
    chmodSync(path, 0o666);
    forbid();
    const said = await runScript(`
      import { Database } from '/src/db/database.ts';
      import { becomeNobody } from '/test/support/become-nobody.ts';
      becomeNobody();
      try {
        new Database({ path: ${JSON.stringify(path)}, durable: true });
      } catch (error) {
        console.log(error.name, error.message);
      }`);
    expect(said).toMatch(
      /^OperatorError cannot open the database .*; check database.path, and that the user/,
    );
  });
});

describe('write', () => {
  const count = (db: Database) =>
    (db.prepare('SELECT count(*) AS n FROM _alyx_bucket_usage').get() as { n: number }).n;
  const insert = (db: Database, bucket: string) =>
    db.prepare('INSERT INTO _alyx_bucket_usage VALUES (?, 0, 0, 0)').run(bucket);

  it('undoes only the work that threw, and commits what ran beside it', async () => {
    const db = new Database({ path, durable: true });
    const results = await Promise.allSettled([
      db.write(() => insert(db, 'a')),
      db.write(() => {
        insert(db, 'b');
        throw new Error('refused');
      }),
      db.write(() => insert(db, 'c')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const buckets = db.prepare('SELECT bucket FROM _alyx_bucket_usage ORDER BY bucket').all();
    expect(buckets).toEqual([{ bucket: 'a' }, { bucket: 'c' }]);
    db.close();
  });

  it('resolves only once the change is committed', async () => {
    const db = new Database({ path, durable: true });
    const other = new BetterSqlite3(path, { readonly: true });
    const pending = db.write(() => insert(db, 'a'));
    const seen = () =>
      (other.prepare('SELECT count(*) AS n FROM _alyx_bucket_usage').get() as { n: number }).n;
    expect(seen()).toBe(0);
    await pending;
    expect(seen()).toBe(1);
    other.close();
    db.close();
  });

  it('shares one commit among the writes of one turn', async () => {
    const db = new Database({ path, durable: true });
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const framesWritten = () => (db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() as { log: number }).log;
    await Promise.all(Array.from({ length: 20 }, (_, i) => db.write(() => insert(db, `b${i}`))));
    // One commit writes each changed page once; twenty would have written the same page twenty times.
    expect(framesWritten()).toBeLessThan(10);
    expect(count(db)).toBe(20);
    db.close();
  });

  it('commits what is still queued when it is closed', async () => {
    const db = new Database({ path, durable: true });
    const pending = db.write(() => insert(db, 'a'));
    db.close();
    await pending;
    expect(usingDatabase(count)).toBe(1);
  });

  it('answers STORAGE_FULL when the database cannot grow, and goes on when it can again', async () => {
    const db = new Database({ path, durable: true });
    const { page_count: pages } = db.prepare('PRAGMA page_count').get() as { page_count: number };
    db.exec(`PRAGMA max_page_count = ${pages}`);
    const big = db.prepare('INSERT INTO _alyx_bucket_usage VALUES (?, 0, 0, 0)');
    await expect(db.write(() => big.run('x'.repeat(1_000_000)))).rejects.toMatchObject({
      code: 'STORAGE_FULL',
    });
    db.exec(`PRAGMA max_page_count = 100000`);
    await db.write(() => big.run('y'));
    expect(count(db)).toBe(1);
    db.close();
  });
});

describe('a backup', () => {
  const copy = () => join(folder.path, 'copy.db');
  const sizeOfCopy = () => statSync(copy(), { throwIfNoEntry: false })?.size ?? 0;

  it('lets this process go on: timers run, and changes are made, while it is written', async () => {
    const db = new Database({ path, durable: false });
    db.exec('CREATE TABLE blobs (blob BLOB)');
    const insert = db.prepare('INSERT INTO blobs VALUES (zeroblob(1_000_000))');
    for (let n = 0; n < 100; n += 1) await db.write(() => insert.run());
    let isCopied = false;
    const copied = db.backup(copy()).finally(() => (isCopied = true));
    await expect.poll(sizeOfCopy, { interval: 1 }).toBeGreaterThan(0);
    expect(isCopied).toBe(false);
    await db.write(() => insert.run());
    await copied;
    db.close();

    const whole = new BetterSqlite3(copy(), { readonly: true });
    expect(whole.prepare('SELECT count(*) FROM blobs').pluck().get()).toBe(100);
    expect(whole.pragma('integrity_check', { simple: true })).toBe('ok');
    whole.close();
  });

  it('that cannot be written says where, and why', async () => {
    const db = new Database({ path, durable: false });
    await expect(db.backup(join(folder.path, 'absent/copy.db'))).rejects.toThrow(OperatorError);
    mkdirSync(copy());
    await expect(db.backup(copy())).rejects.toThrow(
      /cannot copy the database .* to .*copy\.db: unable to open/,
    );
    db.close();
  });
});
