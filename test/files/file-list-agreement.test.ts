import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/auth/actor.ts';
import { Database } from '../../src/db/database.ts';
import type { FileFilter } from '../../src/files/file-filter.ts';
import { FileListRepository } from '../../src/files/file-list-repository.ts';
import { FILE_RULE_COLUMNS } from '../../src/files/file-rule-columns.ts';
import type { StoredFile } from '../../src/files/stored-file.ts';
import { RuleError } from '../../src/rules/rule-error.ts';
import { allowedRows } from '../../src/rules/sql/allowed-rows.ts';
import { fileVariables } from '../../src/rules/variables.ts';
import { arbitraryDoc, boolText } from '../rules/arbitrary-rule.ts';
import { ANONYMOUS, callerVariables, fileRule, USER } from '../rules/sample-rules.ts';
import { insertFileRows } from '../support/file-rows.ts';

const CALLERS: readonly Actor[] = [
  USER,
  ANONYMOUS,
  { ...USER, id: 'a', role: null, metadata: { teams: { red: 1, u1: null } } },
];
const ALL: FileFilter = { bucket: 'docs', search: null, mimeType: null, alternatives: null };
const ORDER = { by: 'created_at', descending: true } as const;

/** What stands for a record's field in the same rule about a file. */
const FILE_MEMBERS: Readonly<Record<string, string>> = {
  title: 'name',
  author_id: 'owner_id',
  state: 'mime_type',
  rank: 'size',
  weight: 'size',
  published_at: 'created_at',
  published: 'metadata.flag',
  score: 'metadata.score',
  data: 'metadata',
  tags: 'metadata.list',
  gallery: 'metadata.gallery',
};
const aboutFiles = (text: string): string =>
  text.replaceAll(/\bdoc\.(\w+)/g, (_, field: string) => `file.${FILE_MEMBERS[field] ?? field}`);

const db = new Database({ path: ':memory:', durable: false });
const fileList = new FileListRepository(db);
let files: readonly StoredFile[] = [];

const pageOf = (filter: FileFilter): Promise<StoredFile[]> =>
  fileList.page({ filter, order: ORDER, limit: 1000, after: null, offset: 0 });
/** A first page that is small, and one behind it with the rest: SQLite finds few files in other ways than many. */
async function inPages(filter: FileFilter): Promise<StoredFile[]> {
  const first = await fileList.page({ filter, order: ORDER, limit: 3, after: null, offset: 0 });
  const last = first.at(-1);
  if (last === undefined) return [];
  const after = { value: last.createdAt, id: last.id };
  return [...first, ...(await fileList.page({ filter, order: ORDER, limit: 1000, after, offset: 0 }))];
}
const ids = (some: readonly StoredFile[]): string[] => some.map(({ id }) => id);

beforeAll(async () => {
  const samples = fc.sample(arbitraryDoc, { numRuns: 80, seed: 7 });
  const rows = samples.map((doc, number) => ({
    // Every fourth lies elsewhere: whatever a rule allows, a list holds its own bucket only.
    bucket: number % 4 === 0 ? 'others' : 'docs',
    name: doc.title,
    ownerId: doc.author_id,
    mimeType: ['image/png', 'text/plain', 'live'][number % 3] ?? '',
    size: Math.abs(doc.rank ?? 0),
    createdAt: doc.published_at === null ? number : Date.parse(doc.published_at),
    metadata: {
      ...(typeof doc.data === 'object' && !Array.isArray(doc.data) ? doc.data : { a: doc.data }),
      ...(doc.published !== null && { flag: doc.published }),
      ...(doc.score !== null && { score: doc.score }),
      ...(doc.gallery !== null && { gallery: doc.gallery }),
    },
  }));
  insertFileRows(db, rows);
  files = await pageOf(ALL);
});
afterAll(() => db.close());

describe('the list of a bucket’s files', () => {
  it('holds and counts by SQL exactly the files that the read rule allows', async () => {
    let translated = 0;
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }).chain(boolText).map(aboutFiles),
        fc.constantFrom(...CALLERS),
        async (text, actor) => {
          let rule;
          try {
            rule = fileRule(text);
          } catch (error) {
            if (error instanceof RuleError) return;
            throw error;
          }
          const caller = callerVariables(actor);
          const about = (file: Parameters<typeof fileVariables>[0]) => ({
            ...caller,
            file: fileVariables(file),
          });
          const alternatives = allowedRows(rule, about({ bucket: 'docs' }), FILE_RULE_COLUMNS);
          runs += 1;
          if (alternatives === 'row by row') return;
          translated += 1;
          const allowed = files.filter((file) => rule.allows(about(file)));
          const found = await inPages({ ...ALL, alternatives });
          expect({ text, found: ids(found) }).toEqual({ text, found: ids(allowed) });
          expect(await fileList.count({ ...ALL, alternatives })).toBe(allowed.length);
        },
      ),
      { numRuns: Number(process.env['RULE_RUNS'] ?? 500) },
    );
    expect(runs).toBeGreaterThan(100);
    expect(translated / runs).toBeGreaterThan(0.4);
  });
});
