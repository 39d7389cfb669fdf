import { isAdmin } from '../auth/actor.ts';
import type { Caller } from '../auth/caller.ts';
import { allowedRows, looksAtRows, type AllowedRows } from '../rules/sql/allowed-rows.ts';
import type { Bucket } from '../schema/schema.ts';
import { denied, mayAccess, ruleVariables } from './access.ts';
import { fileToJson, type FileJson } from './file-json.ts';
import type { FileFilter } from './file-filter.ts';
import type { FileListRepository, FileOrder, FilePosition } from './file-list-repository.ts';
import { FILE_RULE_COLUMNS } from './file-rule-columns.ts';
import { requireBucket, type FilesContext } from './files-context.ts';
import { withOwnRules } from './own-read-rules.ts';
import type { StoredFile } from './stored-file.ts';

export interface FileListQuery {
  readonly search: string | null;
  readonly mimeType: string | null;
  readonly order: FileOrder;
  readonly limit: number;
  readonly offset: number;
  readonly after: FilePosition | null;
}

export interface FileList<File> {
  readonly files: readonly File[];
  readonly total: number;
  /** Where the next page begins; null when this is the last. */
  readonly next: FilePosition | null;
}

/** A page of the bucket's files that the caller may read, each as JSON text, and how many there are of them in all. */
export async function listFiles(
  context: FilesContext,
  caller: Caller,
  bucketName: string,
  query: FileListQuery,
): Promise<FileList<string>> {
  const bucket = requireBucket(context, bucketName);
  const alternatives = await readableFiles(context, caller, bucket);
  if (alternatives === 'row by row') return scan(context, caller, bucket, query);
  const { order, limit, offset, after, search, mimeType } = query;
  const filter = { bucket: bucket.name, search, mimeType, alternatives };
  const texts = await context.fileList.texts({ filter, order, limit: limit + 1, offset, after });
  const total = await context.fileList.count(filter);
  const next = nextPosition(texts, limit, (text) => positionOfText(text, order));
  return { files: texts.slice(0, limit), total, next };
}

/** A page of the files that the filter leaves, whoever asks. */
export async function pageFiles(
  fileList: FileListRepository,
  filter: FileFilter,
  { order, limit, offset, after }: Omit<FileListQuery, 'search' | 'mimeType'>,
): Promise<FileList<StoredFile>> {
  const rows = await fileList.page({ filter, order, limit: limit + 1, offset, after });
  const total = await fileList.count(filter);
  const next = nextPosition(rows, limit, (file) => positionOf(file, order));
  return { files: rows.slice(0, limit), total, next };
}

/** Throws when the rule lets this caller read no file at all. */
async function readableFiles(context: FilesContext, caller: Caller, bucket: Bucket): Promise<AllowedRows> {
  if (isAdmin(caller.actor)) return null;
  const rule = context.rules.bucketRule(bucket.name, 'read');
  const variables = ruleVariables(caller, { bucket: bucket.name });
  const allowed = rule === undefined ? [] : allowedRows(rule, variables, FILE_RULE_COLUMNS);
  if (bucket.fileSecurity) return withOwnRules(context.fileList, bucket.name, variables, allowed);
  const isDenied = allowed !== null && allowed.length === 0;
  if (isDenied && (rule === undefined || !looksAtRows(rule))) throw denied(caller, 'read', bucket.name);
  return allowed;
}

const SCAN_BATCH = 500;

/** For rules that have no SQL: looks at every row that the filter leaves, a batch at a time so that others get their turn. */
async function scan(
  context: FilesContext,
  caller: Caller,
  bucket: Bucket,
  query: FileListQuery,
): Promise<FileList<string>> {
  const filter = { bucket: bucket.name, search: query.search, mimeType: query.mimeType, alternatives: null };
  const wanted: StoredFile[] = [];
  let total = 0;
  let skip = query.offset;
  let position: FilePosition | null = null;
  for (;;) {
    const rows: StoredFile[] = await context.fileList.page({
      filter,
      order: query.order,
      limit: SCAN_BATCH,
      offset: 0,
      after: position,
    });
    for (const row of rows) {
      if (!mayAccess(context, caller, bucket, 'read', row)) continue;
      total += 1;
      if (query.after !== null && !isBehind(row, query.after, query.order)) continue;
      if (skip > 0) skip -= 1;
      else if (wanted.length <= query.limit) wanted.push(row);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < SCAN_BATCH) break;
    position = positionOf(last, query.order);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const files = wanted.slice(0, query.limit).map((file) => JSON.stringify(fileToJson(file)));
  const next = nextPosition(wanted, query.limit, (file) => positionOf(file, query.order));
  return { files, total, next };
}

function isBehind(row: StoredFile, after: FilePosition, order: FileOrder): boolean {
  const { value, id } = positionOf(row, order);
  const ascending = value === after.value ? id > after.id : compare(value, after.value) > 0;
  const same = value === after.value && id === after.id;
  return !same && ascending !== order.descending;
}

/** SQLite compares text by its UTF-8 bytes, JavaScript by UTF-16 units. */
function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

/** `files` holds one more than the page, if there is one more. */
function nextPosition<File>(
  files: readonly File[],
  limit: number,
  toPosition: (file: File) => FilePosition,
): FilePosition | null {
  const last = files[limit - 1];
  return files.length > limit && last !== undefined ? toPosition(last) : null;
}

const SORT_VALUES = {
  created_at: (file: StoredFile) => file.createdAt,
  name: (file: StoredFile) => file.name,
  size: (file: StoredFile) => file.size,
} as const;

function positionOf(file: StoredFile, order: FileOrder): FilePosition {
  return { value: SORT_VALUES[order.by](file), id: file.id };
}

function positionOfText(text: string, order: FileOrder): FilePosition {
  const file = JSON.parse(text) as FileJson;
  return { value: order.by === 'created_at' ? Date.parse(file.created_at) : file[order.by], id: file.id };
}
