import type { Caller } from '../auth/caller.ts';
import { mayAccess } from '../files/access.ts';
import { requireBucket } from '../files/files-context.ts';
import { matchesType } from '../files/media-type.ts';
import type { StoredFile } from '../files/stored-file.ts';
import { AppError, type ErrorCode, type FieldProblem } from '../lib/errors.ts';
import { isUuid } from '../lib/ids.ts';
import type { BucketOperation, Collection, FileFieldOptions } from '../schema/schema.ts';
import { invalidRecord } from './build-record.ts';
import { fileIds } from './file-uses.ts';
import type { RecordValues } from './record.ts';
import type { RecordsContext } from './records-context.ts';

/** Codes that stand for themselves in the answer, when nothing else is wrong with the record. */
const OWN_CODES: readonly ErrorCode[] = ['FILE_NOT_FOUND', 'FILE_WRONG_BUCKET'];

/**
 * Throws unless every file that `record` names anew is in its field's bucket, readable by the caller and within the
 * field's own limits. A file that the caller may not read does not exist for them. A field that cascades takes only
 * what is theirs to give away: else whoever may read a file could have it deleted, by deleting a record that names it.
 */
export async function checkFileFields(
  context: RecordsContext,
  caller: Caller,
  collection: Collection,
  record: RecordValues,
  stored: RecordValues | null,
): Promise<void> {
  const named = [...collection.fields.values()].flatMap((field) => {
    if (field.file === undefined) return [];
    const known = new Set(fileIds(stored?.[field.name]));
    return fileIds(record[field.name])
      .filter((id) => !known.has(id))
      .map((id) => ({ field, id }));
  });
  if (named.length === 0) return;
  const found = await context.files.files.findAll(named.map(({ id }) => id).filter(isUuid));
  const readable = new Map(
    found.filter((file) => may(context.files, caller, 'read', file)).map((file) => [file.id, file]),
  );
  const mayGiveAway = (file: StoredFile) =>
    isOwner(caller, file) || may(context.files, caller, 'delete', file);
  const problems = named.flatMap(({ field, id }): FieldProblem[] => {
    const problem = field.file && fileProblem(field.file, id, readable.get(id), mayGiveAway);
    return problem == null ? [] : [{ field: field.name, ...problem }];
  });
  const [first] = problems;
  if (first === undefined) return;
  const code = OWN_CODES.find((own) => problems.every((problem) => problem.code === own));
  throw code === undefined
    ? invalidRecord(problems)
    : new AppError(code, `The record is not valid: ${first.field} ${first.message}.`, problems);
}

function fileProblem(
  options: FileFieldOptions,
  id: string,
  file: StoredFile | undefined,
  mayGiveAway: (file: StoredFile) => boolean,
): Omit<FieldProblem, 'field'> | null {
  if (file === undefined) {
    return { code: 'FILE_NOT_FOUND', message: `names a file that does not exist: ${id}` };
  }
  if (file.bucket !== options.bucket) {
    return {
      code: 'FILE_WRONG_BUCKET',
      message: `takes files of bucket "${options.bucket}", not "${file.bucket}"`,
    };
  }
  if (options.maxSize !== null && file.size > options.maxSize) {
    return {
      code: 'FILE_TOO_LARGE',
      message: `takes files of at most ${options.maxSize} bytes, not ${file.size}`,
    };
  }
  if (options.allowedTypes !== null && !matchesType(file.mimeType, options.allowedTypes)) {
    return {
      code: 'TYPE_NOT_ALLOWED',
      message: `takes only ${options.allowedTypes.join(', ')}, not ${file.mimeType}`,
    };
  }
  if (options.onDelete === 'cascade' && !mayGiveAway(file)) {
    return {
      code: 'FILE_NOT_YOURS',
      message: `deletes its files with the record, so it takes only those that you own or may delete, not ${id}`,
    };
  }
  return null;
}

function may(
  files: RecordsContext['files'],
  caller: Caller,
  operation: BucketOperation,
  file: StoredFile,
): boolean {
  if (!files.schema.buckets.has(file.bucket)) return false;
  return mayAccess(files, caller, requireBucket(files, file.bucket), operation, file);
}

/** An anonymous caller owns nothing, a file without an owner least of all. */
function isOwner({ actor }: Caller, { ownerId }: StoredFile): boolean {
  return ownerId !== null && ownerId === actor.id;
}
