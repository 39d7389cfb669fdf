import type { FileUse } from '../files/file-references-repository.ts';
import type { Collection } from '../schema/schema.ts';
import { keyOf, type RecordValues } from './record.ts';

/** Every file that the record refers to, and by which field. */
export function fileUses(collection: Collection, record: RecordValues): FileUse[] {
  return [...collection.fields.values()].flatMap((field) =>
    field.file === undefined
      ? []
      : fileIds(record[field.name]).map((fileId) => ({
          fileId,
          collection: collection.name,
          recordId: keyOf(collection, record),
          field: field.name,
          goesWithLastUse: field.file?.onDelete === 'cascade',
        })),
  );
}

/** The ids in a `file` or `file[]` field's value. */
export function fileIds(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? (value as string[]) : [];
}
