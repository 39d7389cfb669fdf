import type { Database } from '../db/database.ts';
import { isUniqueViolation } from '../db/sqlite-error.ts';
import { FileReferencesRepository, type FileUse } from '../files/file-references-repository.ts';
import type { ObjectPlace } from '../files/pending-objects-repository.ts';
import { AppError } from '../lib/errors.ts';
import type { Collection, Field, Schema } from '../schema/schema.ts';
import { fileUses } from './file-uses.ts';
import type { RecordCounts } from './record-counts.ts';
import { RecordPointersRepository } from './record-pointers-repository.ts';
import { toRecord, toRow, type Row } from './record-row.ts';
import type { RecordKey, RecordValues } from './record.ts';
import { sqlName } from './sql-name.ts';

type Statement = ReturnType<Database['prepare']>;

/** A change of records, and the objects whose deletion was ordered with it. */
export interface Written<T> {
  readonly value: T;
  readonly doomed: readonly ObjectPlace[];
}

/** Statements of one collection, prepared once. */
interface Statements {
  readonly find: Statement;
  readonly insert: Statement;
  readonly update: Statement;
  readonly delete: Statement;
}

/**
 * Rows of the collections' tables. Every method is one transaction, in which the record, its references to files and
 * the order to delete the bytes of files that go with it change together; a miss is a value. What decides on a
 * change (rules, validation) is passed in and runs inside, so that it sees what it decides on.
 */
export class RecordsRepository {
  readonly #db: Database;
  readonly #counts: RecordCounts;
  readonly #files: FileReferencesRepository;
  readonly #pointers: RecordPointersRepository;
  readonly #statements: ReadonlyMap<string, Statements>;
  readonly #findAll = new Map<Field, Statement>();

  constructor(db: Database, schema: Schema, counts: RecordCounts) {
    this.#db = db;
    this.#counts = counts;
    this.#files = new FileReferencesRepository(db);
    this.#pointers = new RecordPointersRepository(db, schema);
    const collections = [...schema.collections.values()];
    this.#statements = new Map(collections.map((each) => [each.name, prepareStatements(db, each)]));
  }

  async find(collection: Collection, key: RecordKey): Promise<RecordValues | null> {
    return this.#find(collection, key);
  }

  /** Several records at once, by any unique field; those that are missing are left out. */
  async findAll(collection: Collection, field: Field, values: readonly RecordKey[]): Promise<RecordValues[]> {
    const known = this.#findAll.get(field);
    const statement = known ?? this.#db.prepare(findAllSql(collection, field));
    if (known === undefined) this.#findAll.set(field, statement);
    return (statement.all(JSON.stringify(values)) as Row[]).map((row) => toRecord(collection, row));
  }

  /** Throws UNIQUE_VIOLATION, FOREIGN_KEY_VIOLATION, and FILE_NOT_FOUND when a file went meanwhile. */
  create(collection: Collection, record: RecordValues): Promise<RecordValues> {
    return this.#db.write(() => {
      this.#pointers.requireTargets(collection, record);
      runUnique(collection, () => this.#of(collection).insert.run(...toRow(collection, record)));
      this.#files.add(fileUses(collection, record));
      this.#counts.note(collection.name, record[collection.primaryKey] as RecordKey, null);
      return record;
    });
  }

  /** Changes a record to what `change` makes of it; null when there is none. Throws like `create`, and what `change` throws. */
  update(
    collection: Collection,
    key: RecordKey,
    change: (stored: RecordValues) => RecordValues,
    now: number,
  ): Promise<Written<RecordValues> | null> {
    return this.#db.write(() => {
      const stored = this.#find(collection, key);
      if (stored === null) return null;
      const record = change(stored);
      this.#pointers.requireTargets(collection, record);
      this.#pointers.requireUnmoved(collection, stored, record);
      runUnique(collection, () => this.#of(collection).update.run(...toRow(collection, record), key));
      const before = fileUses(collection, stored);
      const after = fileUses(collection, record);
      this.#files.add(without(after, before));
      this.#noteChange(collection, stored);
      return { value: record, doomed: this.#files.remove(without(before, after), now) };
    });
  }

  /** Deletes a record, and what its references say goes with it; null when there is none. `decide` may throw. */
  delete(
    collection: Collection,
    key: RecordKey,
    decide: (stored: RecordValues) => void,
    now: number,
  ): Promise<Written<RecordValues> | null> {
    return this.#db.write(() => {
      const stored = this.#find(collection, key);
      if (stored === null) return null;
      decide(stored);
      const { going, changing } = this.#pointers.release(collection, stored);
      for (const { collection: from, record } of going) this.#of(from).delete.run(record[from.primaryKey]);
      const uses = going.flatMap((gone) => fileUses(gone.collection, gone.record));
      for (const changed of changing) this.#noteChange(changed.collection, changed.record);
      return { value: stored, doomed: this.#files.remove(uses, now) };
    });
  }

  /** A primary key never changes, so that the record before and after is told by it. */
  #noteChange(collection: Collection, before: RecordValues): void {
    this.#counts.note(collection.name, before[collection.primaryKey] as RecordKey, toRow(collection, before));
  }

  #find(collection: Collection, key: RecordKey): RecordValues | null {
    const row = this.#of(collection).find.get(key) as Row | undefined;
    return row === undefined ? null : toRecord(collection, row);
  }

  #of(collection: Collection): Statements {
    const statements = this.#statements.get(collection.name);
    if (statements === undefined) throw new Error(`collection ${collection.name} has no table`);
    return statements;
  }
}

function findAllSql(collection: Collection, field: Field): string {
  return `SELECT * FROM ${sqlName(collection.name)} WHERE ${sqlName(field.name)} IN (SELECT value FROM json_each(?))`;
}

function prepareStatements(db: Database, { name, fields, primaryKey }: Collection): Statements {
  const table = sqlName(name);
  const key = sqlName(primaryKey);
  const columns = [...fields.keys()].map(sqlName);
  return {
    find: db.prepare(`SELECT * FROM ${table} WHERE ${key} = ?`),
    insert: db.prepare(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    ),
    update: db.prepare(
      `UPDATE ${table} SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE ${key} = ?`,
    ),
    delete: db.prepare(`DELETE FROM ${table} WHERE ${key} = ?`),
  };
}

function runUnique(collection: Collection, run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const fields = [...(error as Error).message.matchAll(/\.([a-z0-9_-]+)/g)].map(([, field]) =>
      String(field),
    );
    throw new AppError(
      'UNIQUE_VIOLATION',
      `Another record of "${collection.name}" has the same ${fields.join(' and ')}.`,
      fields.map((field) => ({ field, code: 'unique', message: 'is taken by another record' })),
    );
  }
}

/** The uses of `some` that are not among `others`. */
function without(some: readonly FileUse[], others: readonly FileUse[]): FileUse[] {
  const known = new Set(others.map(({ fileId, field }) => `${field}/${fileId}`));
  return some.filter(({ fileId, field }) => !known.has(`${field}/${fileId}`));
}
