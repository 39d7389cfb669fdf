import { afterEach, beforeEach, expect, test } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { PreparedStatements } from '../../src/db/prepared-statements.ts';

let db: Database;
let statements: PreparedStatements;

beforeEach(() => {
  db = new Database({ path: ':memory:', durable: false });
  db.exec('CREATE TABLE fruits (id INTEGER PRIMARY KEY, kind TEXT, colour TEXT)');
  db.exec('CREATE INDEX by_kind ON fruits (kind)');
  statements = new PreparedStatements(db);
});

afterEach(() => db.close());

test('prepares each text once', () => {
  const text = 'SELECT id FROM fruits WHERE kind = ?';
  expect(statements.get(text)).toBe(statements.get(text));
  expect(statements.get(text)).not.toBe(statements.get(`${text} AND id > 0`));
});

test('a plan does not depend on what is bound, so that it is made once', () => {
  const code = statements.get('EXPLAIN SELECT id FROM fruits WHERE kind = ? AND colour = ? LIMIT ?');
  const operands = (code.all('apple', 'red', 12_345n) as { p1: number }[]).map(({ p1 }) => p1);
  expect(operands.length).toBeGreaterThan(5);
  expect(operands).not.toContain(12_345);
});

test('what is bound is compared and found by an index as ever', () => {
  db.prepare(`INSERT INTO fruits VALUES (1, 'apple', 'red'), (2, 'apple', '7'), (3, 'plum', 'blue')`).run();
  const found = statements.get('SELECT id FROM fruits WHERE kind = ? AND colour = ? LIMIT ? OFFSET ?');
  expect(found.all('apple', '7', 10, 0)).toEqual([{ id: 2 }]);
  expect(found.all('apple', 7n, 10, 0)).toEqual([{ id: 2 }]);
  const plan = statements.get('EXPLAIN QUERY PLAN SELECT id FROM fruits WHERE kind = ?').all('apple');
  expect(plan).toMatchObject([{ detail: expect.stringContaining('by_kind (kind=?)') as string }]);
});
