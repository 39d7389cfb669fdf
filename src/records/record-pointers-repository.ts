import type { Database } from '../db/database.ts';
import { AppError } from '../lib/errors.ts';
import type { Collection, Field, OnDelete, Schema } from '../schema/schema.ts';
import { toSqlValue } from './column.ts';
import { toRecord, type Row } from './record-row.ts';
import { keyOf, type RecordValues } from './record.ts';
import { sqlName } from './sql-name.ts';
import { referenceOf } from './table-definition.ts';

type Statement = ReturnType<Database['prepare']>;

/** A field that points to records of another collection, or of its own. */
interface Pointer {
  readonly collection: Collection;
  readonly field: Field;
  readonly target: string;
  /** The unique field that it points to. */
  readonly targetField: string;
  readonly onDelete: OnDelete;
  readonly findTarget: Statement;
  readonly findPointing: Statement;
  readonly clear: Statement;
}

export interface FoundRecord {
  readonly collection: Collection;
  readonly record: RecordValues;
}

export interface Released {
  /** The record, and the records that go with it. */
  readonly going: readonly FoundRecord[];
  /** Those and the records that lost a reference, as they were; of a record that is here twice the first one counts. */
  readonly changing: readonly FoundRecord[];
}

/**
 * References between records. Synchronous, because it runs inside the transaction of whoever changes a record. Told
 * here rather than by SQLite's foreign keys, which cannot say which reference is the trouble; they stay on behind this.
 */
export class RecordPointersRepository {
  readonly #from = new Map<string, Pointer[]>();
  readonly #to = new Map<string, Pointer[]>();

  constructor(db: Database, { collections }: Schema) {
    for (const collection of collections.values()) {
      for (const field of collection.fields.values()) {
        const pointer = toPointer(db, collection, field);
        if (pointer === null) continue;
        push(this.#from, collection.name, pointer);
        push(this.#to, pointer.target, pointer);
      }
    }
  }

  /** Throws FOREIGN_KEY_VIOLATION unless everything that the record points to is there. */
  requireTargets(collection: Collection, record: RecordValues): void {
    const problems = (this.#from.get(collection.name) ?? []).flatMap((pointer) => {
      const { field, target, targetField } = pointer;
      const value = toSqlValue(field, record[field.name]);
      if (value === null) return [];
      const isSelf = target === collection.name && record[targetField] === record[field.name];
      if (isSelf || pointer.findTarget.get(value) !== undefined) return [];
      return [{ field: field.name, code: 'not_found', message: `points to no record of "${target}"` }];
    });
    const [first] = problems;
    if (first === undefined) return;
    const message = `The record is not valid: ${first.field} ${first.message}.`;
    throw new AppError('FOREIGN_KEY_VIOLATION', message, problems);
  }

  /** Throws FOREIGN_KEY_VIOLATION when a value changes by which other records point to this one. */
  requireUnmoved(collection: Collection, stored: RecordValues, record: RecordValues): void {
    for (const pointer of this.#to.get(collection.name) ?? []) {
      const { targetField } = pointer;
      if (stored[targetField] === record[targetField]) continue;
      const others = this.#pointing(pointer, { collection, record: stored }).filter(
        (other) => nameOf(other) !== nameOf({ collection, record }),
      );
      if (others.length === 0) continue;
      throw new AppError(
        'FOREIGN_KEY_VIOLATION',
        `${targetField} cannot change: ${others.length} records of "${pointer.collection.name}" point to it by "${pointer.field.name}".`,
        [{ field: targetField, code: 'referenced', message: 'is what other records point to' }],
      );
    }
  }

  /**
   * Makes a record free to go: clears the references to it. `restrict` refuses at once, `no_action` only when the
   * pointing record would stay. Throws FOREIGN_KEY_VIOLATION.
   */
  release(collection: Collection, record: RecordValues): Released {
    const going: FoundRecord[] = [{ collection, record }];
    const changing = [...going];
    const seen = new Set(going.map(nameOf));
    const undecided: { readonly pointer: Pointer; readonly children: readonly FoundRecord[] }[] = [];
    // The list grows while it is walked: chains of any length cost no stack.
    for (const gone of going) {
      for (const pointer of this.#to.get(gone.collection.name) ?? []) {
        const children = this.#pointing(pointer, gone).filter((child) => nameOf(child) !== nameOf(gone));
        if (children.length === 0) continue;
        if (pointer.onDelete === 'restrict') throw stillUsed(pointer, children.length);
        changing.push(...children);
        if (pointer.onDelete === 'no_action') undecided.push({ pointer, children });
        pointer.clear.run(toSqlValue(pointer.field, gone.record[pointer.targetField]));
        if (pointer.onDelete !== 'cascade') continue;
        for (const child of children) {
          if (seen.has(nameOf(child))) continue;
          seen.add(nameOf(child));
          going.push(child);
        }
      }
    }
    for (const { pointer, children } of undecided) {
      const staying = children.filter((child) => !seen.has(nameOf(child)));
      if (staying.length > 0) throw stillUsed(pointer, staying.length);
    }
    return { going, changing };
  }

  #pointing({ collection, field, targetField, findPointing }: Pointer, to: FoundRecord): FoundRecord[] {
    const value = toSqlValue(field, to.record[targetField]);
    if (value === null) return [];
    return (findPointing.all(value) as Row[]).map((row) => ({
      collection,
      record: toRecord(collection, row),
    }));
  }
}

function toPointer(db: Database, collection: Collection, field: Field): Pointer | null {
  const reference = referenceOf(field);
  if (reference === undefined) return null;
  const [table, name] = [sqlName(collection.name), sqlName(field.name)];
  return {
    collection,
    field,
    target: reference.collection,
    targetField: reference.field,
    onDelete: reference.onDelete,
    findTarget: db.prepare(
      `SELECT 1 FROM ${sqlName(reference.collection)} WHERE ${sqlName(reference.field)} = ?`,
    ),
    findPointing: db.prepare(`SELECT * FROM ${table} WHERE ${name} = ?`),
    clear: db.prepare(`UPDATE ${table} SET ${name} = NULL WHERE ${name} = ?`),
  };
}

function push(pointers: Map<string, Pointer[]>, collection: string, pointer: Pointer): void {
  const known = pointers.get(collection);
  if (known === undefined) pointers.set(collection, [pointer]);
  else known.push(pointer);
}

function nameOf({ collection, record }: FoundRecord): string {
  return `${collection.name}/${keyOf(collection, record)}`;
}

function stillUsed({ collection, field }: Pointer, records: number): AppError {
  return new AppError(
    'FOREIGN_KEY_VIOLATION',
    `This record is still used: ${records} records of "${collection.name}" point to it by "${field.name}".`,
    { collection: collection.name, field: field.name, records },
  );
}
