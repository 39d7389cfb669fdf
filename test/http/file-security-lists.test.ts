import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { list, names, type RequestOptions } from '../support/files-api.ts';
import { insertFileRows } from '../support/file-rows.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const schema = `
buckets:
  own: { backend: local, file_security: true, rules: { read: "auth.id == file.owner_id" } }
  without-sql: { backend: local, file_security: true, rules: { read: "auth.id == file.owner_id && file.name.matches('txt$')" } }
  ignored: { backend: local, rules: { read: "auth.id == file.owner_id" } }
`;

const BUCKETS = ['own', 'without-sql'];
/** More than is looked at in one go. */
const FILES = 1203;
const OWNERS = ['ann', 'ben', null];
const ADMIN = { as: 'root', role: 'admin' };
/** A file's own rules, and whom they let read; without a word on reading, the bucket's rule lets the owner. */
const RULES: readonly (readonly [rules: unknown, readers: readonly string[] | 'its owner'])[] = [
  [undefined, 'its owner'],
  [{ read: 'true' }, ['ann', 'ben', 'anybody']],
  [{ read: 'false' }, []],
  [{ download: 'false', delete: 'true' }, 'its owner'],
  [{ read: 'auth.id == "ben"' }, ['ben']],
  [{ read: 'auth.id != null' }, ['ann', 'ben']],
  // What a later version might refuse, or a restored backup might bring: it denies.
  [{ read: 'no.such(rule' }, []],
];

interface Sample {
  readonly name: string;
  readonly ownerId: string | null;
  readonly rules: unknown;
  readonly readers: readonly string[];
}

const samples = Array.from({ length: FILES }, (_, number): Sample => {
  const ownerId = OWNERS[number % OWNERS.length] ?? null;
  const [rules, readers] = RULES[Math.floor(number / 2) % RULES.length] ?? [undefined, []];
  const owner = ownerId === null ? [] : [ownerId];
  const name = `${String((number * 7919) % FILES).padStart(4, '0')}.txt`;
  return { name, ownerId, rules, readers: readers === 'its owner' ? owner : readers };
});

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ schema });
  const db = new BetterSqlite3(join(app.folder, 'data/alyx.db'));
  const rows = samples.map(({ rules, ...file }, number) => ({
    name: file.name,
    ownerId: file.ownerId,
    size: number % 5,
    createdAt: Math.floor(number / 3),
    metadata: rules === undefined ? {} : { rules },
  }));
  db.transaction(() => {
    for (const bucket of [...BUCKETS, 'ignored']) {
      insertFileRows(
        db,
        rows.map((row) => ({ ...row, bucket })),
      );
    }
  })();
  db.close();
});
afterAll(() => app.dispose());

const CALLERS: readonly (readonly [string, RequestOptions, (sample: Sample) => boolean])[] = [
  ['anybody', {}, ({ readers }) => readers.includes('anybody')],
  ['ann', { as: 'ann' }, ({ readers }) => readers.includes('ann')],
  ['ben', { as: 'ben' }, ({ readers }) => readers.includes('ben')],
  ['an admin', ADMIN, () => true],
];

const CASES = BUCKETS.flatMap((bucket) =>
  CALLERS.map(([name, who, mayRead]) => ({ bucket, name, who, mayRead })),
);

describe.each(CASES)(
  'the list of files with rules of their own in $bucket, for $name',
  ({ bucket, who, mayRead }) => {
    const expected = samples
      .filter(mayRead)
      .map(({ name }) => name)
      .sort();

    it('holds what each file’s rule, else the bucket’s, lets them read, and counts that', async () => {
      const whole = await list(app, bucket, '?sort=name&limit=1000', who);
      expect(names(whole)).toEqual(expected.slice(0, 1000));
      expect(whole.total).toBe(expected.length);
    });

    it.each(['name', '-name', '-created_at', 'size'])(
      'in pages by %s loses and repeats none',
      async (sort) => {
        const found: string[] = [];
        let query = `?sort=${sort}&limit=250`;
        for (;;) {
          const page = await list(app, bucket, query, who);
          expect(page.total).toBe(expected.length);
          found.push(...names(page));
          if (page.next_cursor === null) break;
          query = `?sort=${sort}&limit=250&cursor=${page.next_cursor}`;
        }
        expect(found.toSorted()).toEqual(expected);
        if (sort.endsWith('name')) expect(found).toEqual(sort === 'name' ? expected : expected.toReversed());
        const late = await list(
          app,
          bucket,
          `?sort=${sort}&limit=3&offset=${Math.floor(expected.length / 2)}`,
          who,
        );
        expect(names(late)).toEqual(found.slice(Math.floor(expected.length / 2)).slice(0, 3));
      },
    );

    it('searches among those only', async () => {
      const page = await list(app, bucket, '?search=11&sort=name&limit=1000', who);
      expect(names(page)).toEqual(expected.filter((name) => name.includes('11')));
      expect(page.total).toBe(page.files.length);
    });
  },
);

it('where file_security is off, what files say of themselves counts for nothing', async () => {
  const page = await list(app, 'ignored', '?limit=1', { as: 'ann' });
  expect(page.total).toBe(samples.filter(({ ownerId }) => ownerId === 'ann').length);
});
