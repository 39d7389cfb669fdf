import SqliteDatabase from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/lib/json.ts';
import { storageOf, toSqlValue } from '../../../src/records/column.ts';
import { recordRuleColumns } from '../../../src/records/record-rule-columns.ts';
import type { RecordValues } from '../../../src/records/record.ts';
import { toRecord } from '../../../src/records/record-row.ts';
import { sqlName } from '../../../src/records/sql-name.ts';
import { RuleError } from '../../../src/rules/rule-error.ts';
import { translateRule } from '../../../src/rules/sql/translate-rule.ts';
import { recordVariables } from '../../../src/rules/variables.ts';
import { arbitraryDoc, boolText } from '../arbitrary-rule.ts';
import { ANONYMOUS, callerVariables, postRule, posts, schema, USER } from '../sample-rules.ts';

const ROWS = 60;
const COLUMNS = recordRuleColumns(posts);
const CALLERS = [
  USER,
  ANONYMOUS,
  { ...USER, id: 'a', role: null, metadata: { teams: { red: 1, u1: null } } },
  { ...USER, id: '\ud800', metadata: { teams: [1, null, 'a\u0000b', '\ud800'] } },
];

const db = new SqliteDatabase(':memory:');
let docs: readonly RecordValues[] = [];

beforeAll(() => {
  const fields = [...posts.fields.values()];
  const columns = fields.map((field) => `${sqlName(field.name)} ${storageOf(field, schema).sql}`);
  db.exec(`CREATE TABLE posts (${columns.join(', ')}) STRICT`);
  const insert = db.prepare(`INSERT INTO posts VALUES (${fields.map(() => '?').join(', ')})`);
  const samples = fc.sample(arbitraryDoc, { numRuns: ROWS, seed: 7 });
  for (const [number, sample] of samples.entries()) {
    const record: Record<string, unknown> = { ...sample, id: `row ${String(number)}` };
    insert.run(...fields.map((field) => toSqlValue(field, record[field.name] as JsonValue)));
  }
  // The rows as the evaluator gets them: out of the table.
  docs = (db.prepare('SELECT * FROM posts ORDER BY rowid').all() as never[]).map((row) =>
    toRecord(posts, row),
  );
});
afterAll(() => db.close());

/** Ids of the rows that the rule's SQL holds for; null if it has none. */
function byQuery(text: string, actor: (typeof CALLERS)[number]): unknown[] | null {
  const variables = { ...callerVariables(actor), doc: recordVariables(posts.fields, {}) };
  const condition = translateRule(postRule(text), variables, COLUMNS);
  if (condition === null) return null;
  const query = db.prepare(`SELECT id FROM posts WHERE ${condition.sql} ORDER BY rowid`);
  return query.all(...condition.params).map((row) => (row as { id: string }).id);
}

function byEvaluation(text: string, actor: (typeof CALLERS)[number]): unknown[] {
  const rule = postRule(text);
  const caller = callerVariables(actor);
  return docs
    .filter((doc) => rule.allows({ ...caller, doc: recordVariables(posts.fields, doc) }))
    .map((doc) => doc['id']);
}

describe('the SQL of a rule', () => {
  it('holds for exactly the rows that the rule allows', () => {
    let translated = 0;
    let runs = 0;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain(boolText),
        fc.constantFrom(...CALLERS),
        (text, actor) => {
          let rows: unknown[] | null;
          try {
            rows = byQuery(text, actor);
          } catch (error) {
            if (error instanceof RuleError) return;
            throw error;
          }
          runs += 1;
          if (rows === null) return;
          translated += 1;
          expect({ text, rows }).toEqual({ text, rows: byEvaluation(text, actor) });
        },
      ),
      { numRuns: Number(process.env['RULE_RUNS'] ?? 800) },
    );
    // A property of what is never translated would hold too.
    expect(translated / runs).toBeGreaterThan(0.5);
  });
});
