import type { Caller } from '../auth/caller.ts';
import { mayAccess } from '../files/access.ts';
import { requireBucket } from '../files/files-context.ts';
import type { StoredFile } from '../files/stored-file.ts';
import type { Collection, Field } from '../schema/schema.ts';
import { fileIds } from './file-uses.ts';
import { mayAccessRecord } from './record-access.ts';
import type { RecordKey, RecordValues } from './record.ts';
import type { RecordsContext } from './records-context.ts';
import { referenceOf } from './table-definition.ts';

/** What stands behind the ids in the expanded fields of a page of records: by field, then by id. */
export type Expansion = ReadonlyMap<string, Expanded>;
export type Expanded = ReadonlyMap<string, ExpandedFile | ExpandedRecord>;

export interface ExpandedFile {
  readonly kind: 'file';
  readonly file: StoredFile;
  /** Whether the caller may download it, so that links to its bytes are of use. */
  readonly mayDownload: boolean;
}

export interface ExpandedRecord {
  readonly kind: 'record';
  readonly collection: Collection;
  readonly record: RecordValues;
}

/** Fields that point to something: files, or records of a collection. */
export function isExpandable(field: Field): boolean {
  return field.file !== undefined || referenceOf(field) !== undefined;
}

/** One query for each field, whatever the number of records. What the caller may not read stays an id. */
export async function expandRecords(
  context: RecordsContext,
  caller: Caller,
  records: readonly RecordValues[],
  fields: readonly Field[],
): Promise<Expansion> {
  const expanded = fields.map(async (field) => {
    const behind = field.file === undefined ? expandReference : expandFiles;
    return [field.name, await behind(context, caller, records, field)] as const;
  });
  return new Map<string, Expanded>(await Promise.all(expanded));
}

async function expandFiles(
  { files }: RecordsContext,
  caller: Caller,
  records: readonly RecordValues[],
  field: Field,
): Promise<Map<string, ExpandedFile>> {
  const ids = new Set(records.flatMap((record) => fileIds(record[field.name])));
  const found = await files.files.findAll([...ids]);
  const readable = found.filter((file) => {
    const bucket = files.schema.buckets.get(file.bucket);
    return bucket !== undefined && mayAccess(files, caller, bucket, 'read', file);
  });
  return new Map(
    readable.map((file) => {
      const mayDownload = mayAccess(files, caller, requireBucket(files, file.bucket), 'download', file);
      return [file.id, { kind: 'file', file, mayDownload }];
    }),
  );
}

async function expandReference(
  context: RecordsContext,
  caller: Caller,
  records: readonly RecordValues[],
  field: Field,
): Promise<Map<string, ExpandedRecord>> {
  const reference = referenceOf(field);
  const collection = context.files.schema.collections.get(reference?.collection ?? '');
  const target = collection?.fields.get(reference?.field ?? '');
  if (collection === undefined || target === undefined) return new Map();
  const keys = new Set(records.map((record) => record[field.name]).filter((value) => value !== null));
  const found = await context.records.findAll(collection, target, [...keys] as RecordKey[]);
  const readable = found.filter((doc) => mayAccessRecord(context, caller, collection, 'read', { doc }));
  return new Map(
    readable.map((record) => [`${record[target.name] as RecordKey}`, { kind: 'record', collection, record }]),
  );
}
