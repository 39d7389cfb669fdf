import type { Database } from '../db/database.ts';
import { isUniqueViolation } from '../db/sqlite-error.ts';
import { FileReferencesRepository, type FileUse } from '../files/file-references-repository.ts';
import type { ObjectPlace } from '../files/pending-objects-repository.ts';
import { AppError } from '../lib/errors.ts';
import type { Collection, Field, Schema } from '../schema/schema.ts';
import { fromSqlValue, toSqlValue, type SqlValue } from './column.ts';
import { fileUses } from './file-uses.ts';
import type { RecordKey, RecordValues } from './record.ts';
import { sqlName } from './sql-name.ts';
import { referenceOf } from './table-definition.ts';

type Statement = ReturnType<Database['prepare']>;
type Row = Readonly<Record<string, SqlValue>>;

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

/** A field of some collection that points to another collection. */
interface Pointer {
  readonly collection: Collection;
  readonly field: Field;
}

/**
 * Rows of the collections' tables. Every method is one transaction, in which the record, its references to files and
 * the order to delete the bytes of files that go with it change together; a miss is a value. What decides on a
 * change (rules, validation) is passed in and runs inside, so that it sees what it decides on.
 */
export class RecordsRepository {
  readonly #db: Database;
  readonly #references: FileReferencesRepository;
  readonly #statements = new Map<string, Statements>();
  readonly #pointers = new Map<string, Pointer[]>();

  constructor(db: Database, schema: Schema) {
    this.#db = db;
    this.#references = new FileReferencesRepository(db);
    for (const collection of schema.collections.values()) {
      this.#statements.set(collection.name, prepareStatements(db, collection));
      for (const field of collection.fields.values()) {
        const target = referenceOf(field)?.collection;
        if (target === undefined) continue;
        this.#pointers.set(target, [...(this.#pointers.get(target) ?? []), { collection, field }]);
      }
    }
  }

  async find(collection: Collection, key: RecordKey): Promise<RecordValues | null> {
    return this.#find(collection, key);
  }

  /** Several records at once, by any unique field; those that are missing are left out. */
  async findAll(collection: Collection, field: Field, values: readonly RecordKey[]): Promise<RecordValues[]> {
    const rows = this.#db
      .prepare(
        `SELECT * FROM ${sqlName(collection.name)} WHERE ${sqlName(field.name)} IN (SELECT value FROM json_each(?))`,
      )
      .all(JSON.stringify(values)) as Row[];
    return rows.map((row) => toRecord(collection, row));
  }

  /** Throws UNIQUE_VIOLATION, FOREIGN_KEY_VIOLATION, and FILE_NOT_FOUND when a file went meanwhile. */
  create(collection: Collection, record: RecordValues): Promise<RecordValues> {
    return this.#db.write(() => {
      this.#requireTargets(collection, record);
      runUnique(collection, () => this.#of(collection).insert.run(...toRow(collection, record)));
      this.#references.add(fileUses(collection, record));
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
      this.#requireTargets(collection, record);
      runUnique(collection, () => this.#of(collection).update.run(...toRow(collection, record), key));
      const before = fileUses(collection, stored);
      const after = fileUses(collection, record);
      this.#references.add(without(after, before));
      return { value: record, doomed: this.#references.remove(without(before, after), now) };
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
      return { value: stored, doomed: this.#deleteTree(collection, stored, now, new Set()) };
    });
  }

  #deleteTree(collection: Collection, record: RecordValues, now: number, seen: Set<string>): ObjectPlace[] {
    const key = record[collection.primaryKey] as RecordKey;
    seen.add(`${collection.name}/${key}`);
    const doomed: ObjectPlace[] = [];
    for (const pointer of this.#pointers.get(collection.name) ?? []) {
      doomed.push(...this.#release(collection, record, pointer, now, seen));
    }
    doomed.push(...this.#references.remove(fileUses(collection, record), now));
    this.#of(collection).delete.run(key);
    return doomed;
  }

  /** Does to the records that point to `record` what their field says. */
  #release(
    target: Collection,
    record: RecordValues,
    { collection, field }: Pointer,
    now: number,
    seen: Set<string>,
  ): ObjectPlace[] {
    const reference = referenceOf(field);
    const value = toSqlValue(field, record[reference?.field ?? target.primaryKey]);
    const name = sqlName(field.name);
    const pointing = (
      this.#db.prepare(`SELECT * FROM ${sqlName(collection.name)} WHERE ${name} = ?`).all(value) as Row[]
    )
      .map((row) => toRecord(collection, row))
      .filter((child) => !seen.has(`${collection.name}/${String(child[collection.primaryKey])}`));
    if (pointing.length === 0) return [];
    if (reference?.onDelete === 'cascade') {
      return pointing.flatMap((child) => this.#deleteTree(collection, child, now, seen));
    }
    if (reference?.onDelete === 'set_null') {
      this.#db.prepare(`UPDATE ${sqlName(collection.name)} SET ${name} = NULL WHERE ${name} = ?`).run(value);
      return [];
    }
    throw new AppError(
      'FOREIGN_KEY_VIOLATION',
      `This record is still used: ${pointing.length} records of "${collection.name}" point to it by "${field.name}".`,
      { collection: collection.name, field: field.name, records: pointing.length },
    );
  }

  #find(collection: Collection, key: RecordKey): RecordValues | null {
    const row = this.#of(collection).find.get(key) as Row | undefined;
    return row === undefined ? null : toRecord(collection, row);
  }

  /** Told here rather than by SQLite, whose error does not say which reference points nowhere. */
  #requireTargets(collection: Collection, record: RecordValues): void {
    for (const field of collection.fields.values()) {
      const reference = referenceOf(field);
      const value = toSqlValue(field, record[field.name]);
      if (reference === undefined || value === null) continue;
      const isSelf =
        reference.collection === collection.name && toSqlValue(field, record[reference.field]) === value;
      if (isSelf || this.#exists(reference.collection, reference.field, value)) continue;
      const message = `points to no record of "${reference.collection}"`;
      throw new AppError('FOREIGN_KEY_VIOLATION', `${field.name} ${message}.`, [
        { field: field.name, code: 'not_found', message },
      ]);
    }
  }

  #exists(collection: string, field: string, value: SqlValue): boolean {
    const sql = `SELECT 1 FROM ${sqlName(collection)} WHERE ${sqlName(field)} = ?`;
    return this.#db.prepare(sql).get(value) !== undefined;
  }

  #of(collection: Collection): Statements {
    const statements = this.#statements.get(collection.name);
    if (statements === undefined) throw new Error(`collection ${collection.name} has no table`);
    return statements;
  }
}

export function toRecord(collection: Collection, row: Row): RecordValues {
  return Object.fromEntries(
    [...collection.fields.values()].map((field) => [field.name, fromSqlValue(field, row[field.name])]),
  );
}

function toRow(collection: Collection, record: RecordValues): SqlValue[] {
  return [...collection.fields.values()].map((field) => toSqlValue(field, record[field.name]));
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
