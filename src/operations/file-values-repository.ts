import type { Database } from '../db/database.ts';
import { sqlName } from '../records/sql-name.ts';

/** A `file` or `file[]` field of a collection. */
export interface FileField {
  readonly collection: string;
  readonly primaryKey: string;
  readonly field: string;
  readonly isList: boolean;
}

/** A record's field and a file's id in it. */
export interface FileValue {
  readonly recordId: string;
  readonly fileId: string;
}

/** What records' file fields hold, against `_alyx_files` and `_alyx_file_references`. */
export class FileValuesRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Whether the database has the field's column: the server may not have started with this schema yet. */
  has({ collection, field }: FileField): boolean {
    return (
      this.#db.prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?').get(collection, field) !==
      undefined
    );
  }

  /** Values that are no file's id. */
  withoutFile(field: FileField): FileValue[] {
    return this.#all(`${values(field)} WHERE ${NO_FILE}`);
  }

  /** Values that no reference protects from their file's deletion. */
  withoutReference(field: FileField): FileValue[] {
    return this.#all(`${values(field)} WHERE NOT ${NO_FILE} AND ${noReference(field)}`);
  }

  /** References that no record's value stands for, which keep a file from being deleted. */
  referencesWithoutValue(field: FileField): FileValue[] {
    return this.#all(`SELECT record_id AS recordId, file_id AS fileId FROM ${referencesWithoutValue(field)}`);
  }

  /** Empties fields of what is no file's id. */
  removeWithoutFile({ collection, field, isList }: FileField): Promise<void> {
    const [table, column] = [sqlName(collection), sqlName(field)];
    const files = '(SELECT id FROM _alyx_files)';
    const items = `FROM json_each(own.${column}) AS each WHERE each.value`;
    return this.#run(
      isList
        ? `UPDATE ${table} AS own SET ${column} = (SELECT json_group_array(each.value) ${items} IN ${files})
           WHERE EXISTS (SELECT 1 ${items} NOT IN ${files})`
        : `UPDATE ${table} SET ${column} = NULL WHERE ${column} NOT IN ${files}`,
    );
  }

  addReferences(field: FileField): Promise<void> {
    const missing = `${values(field)} WHERE NOT ${NO_FILE} AND ${noReference(field)}`;
    return this.#run(`INSERT OR IGNORE INTO _alyx_file_references
      SELECT fileId, ${text(field.collection)}, recordId, ${text(field.field)} FROM (${missing})`);
  }

  removeReferencesWithoutValue(field: FileField): Promise<void> {
    return this.#run(`DELETE FROM ${referencesWithoutValue(field)}`);
  }

  #all(sql: string): FileValue[] {
    return this.#db.prepare(sql).all() as FileValue[];
  }

  #run(sql: string): Promise<void> {
    const statement = this.#db.prepare(sql);
    return this.#db.write(() => void statement.run());
  }
}

const NO_FILE = 'NOT EXISTS (SELECT 1 FROM _alyx_files WHERE id = fileId)';

/** A field may be called anything, also what json_each and the system tables call their columns: every name says whose it is. */
function values({ collection, primaryKey, field, isList }: FileField): string {
  const [table, key, column] = [sqlName(collection), sqlName(primaryKey), `own.${sqlName(field)}`];
  const source = isList ? `${table} AS own, json_each(${column}) AS each` : `${table} AS own`;
  const value = isList ? 'each.value' : column;
  return `SELECT recordId, fileId FROM (
    SELECT CAST(own.${key} AS TEXT) AS recordId, ${value} AS fileId FROM ${source} WHERE ${column} IS NOT NULL)`;
}

function noReference({ collection, field }: FileField): string {
  return `NOT EXISTS (SELECT 1 FROM _alyx_file_references AS known WHERE known.file_id = fileId
    AND known.collection = ${text(collection)} AND known.record_id = recordId AND known.field = ${text(field)})`;
}

function referencesWithoutValue({ collection, primaryKey, field, isList }: FileField): string {
  const [table, key, column] = [sqlName(collection), sqlName(primaryKey), `own.${sqlName(field)}`];
  const fileId = '_alyx_file_references.file_id';
  const holds = isList
    ? `${fileId} IN (SELECT each.value FROM json_each(${column}) AS each)`
    : `${column} = ${fileId}`;
  return `_alyx_file_references WHERE collection = ${text(collection)} AND field = ${text(field)}
    AND NOT EXISTS (SELECT 1 FROM ${table} AS own WHERE own.${key} = _alyx_file_references.record_id AND ${holds})`;
}

/** Names of the loaded schema as text: statements that differ in their table are prepared anew anyway. */
function text(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}
