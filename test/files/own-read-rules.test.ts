import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/auth/actor.ts';
import { Database } from '../../src/db/database.ts';
import type { FileFilter } from '../../src/files/file-filter.ts';
import { FileListRepository } from '../../src/files/file-list-repository.ts';
import { FILE_RULE_COLUMNS } from '../../src/files/file-rule-columns.ts';
import { withOwnRules } from '../../src/files/own-read-rules.ts';
import type { StoredFile } from '../../src/files/stored-file.ts';
import { fileRule as ownRuleOf } from '../../src/rules/file-rules.ts';
import { allowedRows } from '../../src/rules/sql/allowed-rows.ts';
import { fileVariables } from '../../src/rules/variables.ts';
import { ANONYMOUS, callerVariables, fileRule, USER } from '../rules/sample-rules.ts';
import { insertFileRows } from '../support/file-rows.ts';

const BUCKET = 'docs';
const ALL: FileFilter = { bucket: BUCKET, search: null, mimeType: null, alternatives: null };
const ORDER = { by: 'name', descending: false } as const;
const CALLERS: readonly Actor[] = [USER, ANONYMOUS, { ...USER, id: 'ann' }];

/** What may stand in a file's metadata; some of it no API would let in, but a restored backup might bring. */
const ownRules = fc.constantFrom<unknown>(
  undefined,
  {},
  { download: 'true' },
  { read: 'true' },
  { read: 'false' },
  { read: 'auth.id == "u1"' },
  { read: 'auth.id in ["u1", "ann"]' },
  { read: 'auth.id == "a\u0000b" || auth.id == "ann"' },
  { read: 'auth.id == "é😀" || auth.verified' },
  { read: 'auth.id == file.owner_id' },
  { read: 'file.size > 3 || auth.id == file.owner_id' },
  { read: 'file.metadata.rules.read == "x"' },
  // A text in which parentheses mean nothing.
  { read: `(file.name == ''')'(''') || (file.size > 3)` },
  { read: 'file.name == """a"(""" || (file.size > 0) && file.size < 0' },
  { read: 'no.such(rule' },
  { read: 'file.name' },
  { read: '' },
  { read: null },
  { read: true },
  { read: ['true'] },
  ['true'],
  'true',
  null,
);
const bucketRules = fc.constantFrom(
  'true',
  'false',
  'auth.id != null',
  'auth.id == file.owner_id',
  'file.size > 2 || auth.id == file.owner_id',
  'auth.verified || file.size > 2 || file.name.startsWith("0")',
);

let db: Database;
let fileList: FileListRepository;
beforeEach(() => {
  db = new Database({ path: ':memory:', durable: false });
  fileList = new FileListRepository(db);
});
afterEach(() => db.close());

const page = (filter: FileFilter, limit: number, offset: number): Promise<StoredFile[]> =>
  fileList.page({ filter, order: ORDER, limit, after: null, offset });

const withOwn = (ruleText: string, actor: Actor) => {
  const variables = { ...callerVariables(actor), file: fileVariables({ bucket: BUCKET }) };
  const byBucket = allowedRows(fileRule(ruleText), variables, FILE_RULE_COLUMNS);
  return withOwnRules(fileList, BUCKET, variables, byBucket);
};

function insert(rules: readonly unknown[], bucket = BUCKET): void {
  insertFileRows(
    db,
    rules.map((own, number) => ({
      bucket,
      name: `${String(number).padStart(5, '0')}.txt`,
      ownerId: ['u1', 'ann', null][number % 3] ?? null,
      size: number % 6,
      createdAt: number,
      metadata: own === undefined ? { other: 1 } : { other: 1, rules: own },
    })),
  );
}

describe('what a caller may read where files have rules of their own', () => {
  it('is by SQL what each file’s rule, else the bucket’s, says of it', async () => {
    let few = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(ownRules, { minLength: 1, maxLength: 40 }),
        bucketRules,
        fc.constantFrom(...CALLERS),
        fc.integer({ min: 1, max: 60 }),
        async (rules, ruleText, actor, limit) => {
          db.prepare('DELETE FROM _alyx_files').run();
          insert(rules);
          insert([{ read: 'true' }], 'others');
          const bucketRule = fileRule(ruleText);
          const allowed = (await page(ALL, 1000, 0)).filter((file) => {
            const rule = ownRuleOf(file.metadata['rules'], 'read') ?? bucketRule;
            return rule.allows({ ...callerVariables(actor), file: fileVariables(file) });
          });
          const alternatives = await withOwn(ruleText, actor);
          if (alternatives === 'row by row') throw new Error('these rules all have SQL');
          const filter = { ...ALL, alternatives };
          const found = [...(await page(filter, limit, 0)), ...(await page(filter, 1000, limit))];
          expect(found.map(({ name }) => name)).toEqual(allowed.map(({ name }) => name));
          expect(await fileList.count(filter)).toBe(allowed.length);
          if (allowed.length > 0 && allowed.length < rules.length / 4) few += 1;
        },
      ),
      { numRuns: 400 },
    );
    expect(few).toBeGreaterThan(10);
  });

  it('is asked of each file where one of them has a rule that is slow or has no SQL, or the bucket has one', async () => {
    const slow = Array.from({ length: 6 }, (_, number) => `file.name.contains("${number}")`).join(' || ');
    for (const read of ['file.name.matches("^0")', slow]) {
      insert([{ read }]);
      expect(await withOwn('true', USER)).toBe('row by row');
      db.prepare('DELETE FROM _alyx_files').run();
    }
    expect(await withOwn('file.name.matches("^0")', USER)).toBe('row by row');
  });

  it('is asked of each file where their rules are too many, too long, or look at the file in too many ways', async () => {
    const becomesRowByRow = async (count: number, rule: (number: number) => string) => {
      db.prepare('DELETE FROM _alyx_files').run();
      insert(Array.from({ length: count }, (_, number) => ({ read: rule(number) })));
      const before = await withOwn('true', USER);
      insert([{ read: rule(count) }]);
      expect([Array.isArray(before), await withOwn('true', USER)]).toEqual([true, 'row by row']);
    };
    await becomesRowByRow(10_000, (number) => `auth.id == "${number}"`);
    await becomesRowByRow(20, (number) => `file.size == ${number}`);
    const sizes = (first: number) => Array.from({ length: 150 }, (_, number) => first * 1000 + number);
    await becomesRowByRow(6, (number) => `file.size in [${sizes(number).join()}]`);
    const long = (number: number) => `true // ${'x'.repeat(964)}${String(number).padStart(4, '0')}`;
    await becomesRowByRow(Math.floor(1024 ** 2 / long(0).length), long);
  });

  it('is what the bucket’s rule allows where no file has one', async () => {
    insert([undefined, { download: 'true' }]);
    expect(await withOwn('auth.id != null', USER)).toBeNull();
    expect(await withOwn('auth.id != null', ANONYMOUS)).toEqual([]);
  });
});
