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
    const isFile = 'value IN (SELECT id FROM _alyx_files)';
    return this.#run(
      isList
        ? `UPDATE ${table} SET ${column} = (SELECT json_group_array(value) FROM json_each(${column}) WHERE ${isFile})
           WHERE EXISTS (SELECT 1 FROM json_each(${column}) WHERE NOT ${isFile})`
        : `UPDATE ${table} SET ${column} = NULL WHERE ${column} NOT IN (SELECT id FROM _alyx_files)`,
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

function values({ collection, primaryKey, field, isList }: FileField): string {
  const [table, key, column] = [sqlName(collection), sqlName(primaryKey), sqlName(field)];
  const source = isList ? `${table}, json_each(${column})` : table;
  const value = isList ? 'value' : column;
  return `SELECT recordId, fileId FROM (
    SELECT CAST(${table}.${key} AS TEXT) AS recordId, ${value} AS fileId FROM ${source} WHERE ${column} IS NOT NULL)`;
}

function noReference({ collection, field }: FileField): string {
  return `NOT EXISTS (SELECT 1 FROM _alyx_file_references AS known WHERE known.file_id = fileId
    AND known.collection = ${text(collection)} AND known.record_id = recordId AND known.field = ${text(field)})`;
}

function referencesWithoutValue({ collection, primaryKey, field, isList }: FileField): string {
  const [table, key, column] = [sqlName(collection), sqlName(primaryKey), sqlName(field)];
  const holds = isList ? `file_id IN (SELECT value FROM json_each(${column}))` : `${column} = file_id`;
  return `_alyx_file_references WHERE collection = ${text(collection)} AND field = ${text(field)}
    AND NOT EXISTS (SELECT 1 FROM ${table} WHERE ${table}.${key} = record_id AND ${holds})`;
}

/** Names of the loaded schema as text: statements that differ in their table are prepared anew anyway. */
function text(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}
