import { beforeEach, expect, it } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { FileValuesRepository, type FileField } from '../../src/operations/file-values-repository.ts';
import { insertFileRows } from '../support/file-rows.ts';

/** Names that the system tables and json_each give to columns of their own. */
const ONE = ['file_id', 'record_id', 'collection', 'path'];
const SEVERAL = ['value', 'key', 'json', 'field'];
const FIELDS: readonly FileField[] = [...ONE, ...SEVERAL].map((field) => ({
  collection: 'odd',
  primaryKey: 'id',
  field,
  isList: SEVERAL.includes(field),
}));

let db: Database;
let values: FileValuesRepository;
let ids: readonly string[];

beforeEach(() => {
  db = new Database({ path: ':memory:', durable: false });
  values = new FileValuesRepository(db);
  const row = { bucket: 'docs', ownerId: null, metadata: {}, createdAt: 0 };
  insertFileRows(db, [
    { ...row, name: 'a' },
    { ...row, name: 'b' },
  ]);
  ids = (db.prepare('SELECT id FROM _alyx_files ORDER BY name').all() as { id: string }[]).map(
    ({ id }) => id,
  );
  db.exec(`CREATE TABLE odd (id TEXT PRIMARY KEY, ${[...ONE, ...SEVERAL].join(' TEXT, ')} TEXT) STRICT`);
});

function fill(one: string | undefined, several: readonly (string | undefined)[]): void {
  const filled = [...ONE.map(() => one), ...SEVERAL.map(() => JSON.stringify(several))];
  db.prepare(`INSERT OR REPLACE INTO odd VALUES ('r', ${filled.map(() => '?').join(', ')})`).run(...filled);
}

it.each(FIELDS)('the field $field is told from the columns of the system tables', async (field) => {
  const [a, b] = ids;
  fill(a, [b, a]);
  const expected = (field.isList ? [b, a] : [a]).map((fileId) => ({ recordId: 'r', fileId }));
  expect(values.withoutReference(field)).toEqual(expected);
  await values.addReferences(field);
  for (const find of ['withoutFile', 'withoutReference', 'referencesWithoutValue'] as const) {
    expect(values[find](field)).toEqual([]);
  }
  fill('gone', [b, 'gone']);
  expect(values.withoutFile(field)).toEqual([{ recordId: 'r', fileId: 'gone' }]);
  expect(values.referencesWithoutValue(field)).toEqual([{ recordId: 'r', fileId: a }]);
  await values.removeWithoutFile(field);
  await values.removeReferencesWithoutValue(field);
  const held = db.prepare(`SELECT ${field.field} AS held FROM odd`).get();
  expect(held).toEqual({ held: field.isList ? JSON.stringify([b]) : null });
  const left = db.prepare('SELECT file_id AS id FROM _alyx_file_references').all();
  expect(left).toEqual(field.isList ? [{ id: b }] : []);
});
