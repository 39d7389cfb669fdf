import { describe, expect, it } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { newUuid } from '../../src/lib/ids.ts';
import { syncTables } from '../../src/records/sync-tables.ts';
import { TablesRepository } from '../../src/records/tables-repository.ts';
import { compileRules } from '../../src/rules/rule-book.ts';
import { loadSchema } from '../../src/schema/load-schema.ts';

const NOW = Date.parse('2026-11-24T09:30:00.000Z');
const config = { storage: { defaultMaxFileSize: 1000, backends: { local: {} } } };

/** A database in memory that follows one schema after another. */
function project() {
  const database = new Database({ path: ':memory:', durable: false });
  const tables = new TablesRepository(database);
  const follow = (collections: string): string[] => {
    const text = `version: 1\nbuckets: { b: { backend: local } }\ncollections:\n${collections}`;
    const schema = loadSchema({ text, file: 's', config });
    return syncTables({ tables, schema, rules: compileRules(schema), clock: () => NOW, newId: newUuid });
  };
  const all = (sql: string) => database.prepare(sql).all() as Record<string, unknown>[];
  return { database, tables, follow, all, run: (sql: string) => database.exec(sql) };
}

const posts = (fields: string, rest = ''): string =>
  `  posts: { fields: { id: { type: int, primary: true }, ${fields} }${rest} }\n`;
const START = posts('title: { type: string }, note: { type: string, nullable: true }');
const TWO = `INSERT INTO posts (id, title, note) VALUES (1, 'one', 'x'), (2, 'two', NULL)`;

describe('the tables follow the schema', () => {
  it('and are made once', () => {
    const { follow } = project();
    expect(follow(START)).toEqual(['made the collection posts']);
    expect(follow(START)).toEqual([]);
  });

  it.each([
    ['more: { type: text, nullable: true }', [null, null]],
    ['more: { type: int, default: 7 }', [7, 7]],
    ['more: { type: bool, default: true }', [1, 1]],
    ['more: { type: timestamp, default: now }', [NOW, NOW]],
    ['more: { type: date, onUpdate: now }', ['2026-11-24', '2026-11-24']],
    ['more: { type: select, select: { values: [a, b], maxSelect: 2 }, default: a }', ['["a"]', '["a"]']],
    ['more: { type: "file[]", file: { bucket: b } }', ['[]', '[]']],
  ])('with a new field: %s', (field, values) => {
    const { follow, run, all } = project();
    follow(START);
    run(TWO);
    const next = posts(`title: { type: string }, note: { type: string, nullable: true }, ${field}`);
    expect(follow(next)).toEqual(['added posts.more']);
    expect(all('SELECT title, more FROM posts ORDER BY id')).toEqual(
      values.map((more, position) => ({ title: ['one', 'two'][position], more })),
    );
    expect(follow(next)).toEqual([]);
  });

  it('when a field takes more than before: a float, several choices, several files', () => {
    const { follow, run, all } = project();
    const file = 'file: { bucket: b }';
    follow(posts(`a: { type: int }, b: { type: select, nullable: true, select: { values: [x, y] } }, c: { type: file, nullable: true, ${file} }`)); // prettier-ignore
    run(`INSERT INTO posts (id, a, b, c) VALUES (1, 7, 'x', 'f'), (2, 9007199254740991, NULL, NULL)`);
    const next = posts(`a: { type: float }, b: { type: select, nullable: true, select: { values: [x, y], maxSelect: 2 } }, c: { type: "file[]", nullable: true, ${file} }`); // prettier-ignore
    expect(follow(next)).toEqual([
      'changed posts.a to REAL',
      'changed posts.b to TEXT',
      'changed posts.c to TEXT',
    ]);
    expect(all('SELECT * FROM posts ORDER BY id')).toEqual([
      { id: 1, a: 7, b: '["x"]', c: '["f"]' },
      { id: 2, a: 9007199254740991, b: null, c: null },
    ]);
    expect(follow(next)).toEqual([]);
  });

  it('with new and dropped indexes, and one for what the read rule looks at', () => {
    const { follow, run, all } = project();
    const names = () =>
      all(`SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'posts.%'`).map(
        ({ name }) => name,
      );
    follow(START);
    run(TWO);
    const indexes = ', indexes: [ { name: both, fields: [title, note], unique: true } ]';
    follow(posts('title: { type: string, unique: true }, note: { type: string, nullable: true }', indexes));
    expect(names()).toEqual(['posts.title', 'posts.both.index']);
    follow(posts('title: { type: string }, note: { type: string, nullable: true }', `, rules: { read: "doc.note == auth.id" }`)); // prettier-ignore
    expect(names()).toEqual(['posts.note.rule']);
  });

  it('when a field becomes nullable, required with values everywhere, or empty fields and collections go', () => {
    const { follow, run, all } = project();
    follow(`${START}  tags: { fields: { id: { type: int, primary: true } } }\n`);
    run(TWO);
    expect(follow(posts('title: { type: string, nullable: true }, note: { type: string, nullable: true }'))).toEqual(['dropped the empty collection tags']); // prettier-ignore
    run('UPDATE posts SET note = NULL');
    expect(follow(posts('title: { type: string }'))).toEqual(['dropped posts.note, which was empty']);
    expect(all('SELECT * FROM posts ORDER BY id')).toEqual([
      { id: 1, title: 'one' },
      { id: 2, title: 'two' },
    ]);
  });

  it.each([
    ['RENAME COLUMN note TO memo', posts('title: { type: string }, memo: { type: string, nullable: true }'), 'memo', 'posts'], // prettier-ignore
    ['RENAME TO articles', START.replace('posts', 'articles'), 'note', 'articles'],
  ])('after an operator has done: %s', (change, next, field, table) => {
    const { follow, run, all } = project();
    follow(START);
    run(TWO);
    expect(() => follow(next)).toThrow(/has \d+ records|records have a value there/);
    run(`ALTER TABLE posts ${change}`);
    follow(next);
    expect(all(`SELECT ${field} AS value FROM ${table} ORDER BY id`)).toEqual([
      { value: 'x' },
      { value: null },
    ]);
    expect(follow(next)).toEqual([]);
  });
});

describe('a change that could lose data is refused, and changes nothing', () => {
  it.each([
    [
      '  tags: { fields: { id: { type: int, primary: true } } }\n',
      'the collection posts is gone from schema.yaml but has 2 records',
    ],
    [
      posts('title: { type: string }'),
      'posts.note is gone from schema.yaml but 1 records have a value there',
    ],
    [
      posts('title: { type: string }, memo: { type: string, nullable: true }'),
      'ALTER TABLE "posts" RENAME COLUMN "note" TO "memo"',
    ],
    [
      posts('title: { type: string }, note: { type: string }'),
      'posts.note is no longer nullable, but 1 records have no value',
    ],
    [
      posts('title: { type: string }, note: { type: int, nullable: true }'),
      'posts.note was of the kind text and is now int',
    ],
    [
      posts('title: { type: string }, note: { type: file, nullable: true, file: { bucket: b } }'),
      'posts.note was of the kind text and is now file',
    ],
    [
      `${START.trimEnd().slice(0, -3)}, more: { type: int } } }\n`,
      'posts.more is new and required, but there are 2 records',
    ],
    [
      '  posts: { fields: { key: { type: id, primary: true }, id: { type: int }, title: { type: string }, note: { type: string, nullable: true } } }\n',
      'the primary key cannot change',
    ],
    [
      `${posts('title: { type: string }, note: { type: string, nullable: true, references: tags.id }')}  tags: { fields: { id: { type: id, primary: true } } }\n`,
      'posts.note shall point to tags.id, but 1 records hold a value that is not there',
    ],
    [
      posts('title: { type: string, unique: true }, note: { type: string, nullable: true }'),
      'posts (title) shall be unique, but 1 values occur more than once',
    ],
  ])('%s', (next, problem) => {
    const { follow, run, all, tables } = project();
    follow(START);
    run(problem.includes('unique') ? TWO.replace('two', 'one') : TWO);
    const before = [all('SELECT * FROM posts'), all('SELECT sql FROM sqlite_master'), tables.definitions()];
    expect(() => follow(next)).toThrow(problem);
    expect([all('SELECT * FROM posts'), all('SELECT sql FROM sqlite_master'), tables.definitions()]).toEqual(
      before,
    );
    expect(all('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    expect(follow(START)).toEqual([]);
  });
});
