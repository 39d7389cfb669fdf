import { z } from 'zod';
import {
  FILE_SORTS,
  type FileOrder,
  type FilePosition,
  type FileSort,
} from '../files/file-list-repository.ts';
import type { FileListQuery } from '../files/list-files.ts';
import { isUuid } from '../lib/ids.ts';
import { AppError } from '../lib/errors.ts';
import { readQuery } from './input.ts';

const SORTS = Object.keys(FILE_SORTS).flatMap((name) => [name, `-${name}`]);

export const fileListShape = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  offset: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  cursor: z.string().max(2048).optional(),
  search: z.string().max(255).optional(),
  mime_type: z
    .string()
    .regex(/^[A-Za-z0-9!#$&^_.+-]+\/([A-Za-z0-9!#$&^_.+-]+|\*)$/, 'must look like image/png or image/*')
    .optional(),
  sort: z.enum(SORTS, { error: `must be one of ${SORTS.join(', ')}` }).default('-created_at'),
});

/** The query string of a file list; throws INVALID_QUERY. */
export function readFileListQuery(raw: unknown): FileListQuery {
  return toFileListQuery(readQuery(fileListShape, raw));
}

/** Throws INVALID_QUERY when the parameters do not go together. */
export function toFileListQuery(query: z.output<typeof fileListShape>): FileListQuery {
  const order = { by: query.sort.replace(/^-/, '') as FileSort, descending: query.sort.startsWith('-') };
  if (query.cursor !== undefined && query.offset > 0) {
    throw new AppError('INVALID_QUERY', 'Give either a cursor or an offset, not both.');
  }
  return {
    order,
    limit: query.limit,
    offset: query.offset,
    after: query.cursor === undefined ? null : decodeCursor(order, query.cursor),
    search: query.search === undefined || query.search === '' ? null : query.search.normalize('NFC'),
    mimeType: query.mime_type?.toLowerCase() ?? null,
  };
}

/** A cursor names the last file seen, and the order it was seen in: in another order it means nothing. */
export function encodeCursor(order: FileOrder, { value, id }: FilePosition): string {
  return Buffer.from(JSON.stringify([sortName(order), value, id])).toString('base64url');
}

function decodeCursor(order: FileOrder, cursor: string): FilePosition {
  const [sort, value, id] = parseCursor(cursor);
  const type = order.by === 'name' ? 'string' : 'number';
  if (typeof sort !== 'string' || typeof value !== type || typeof id !== 'string' || !isUuid(id)) {
    throw new AppError('INVALID_QUERY', 'The cursor is not one that this list gave out; start without one.');
  }
  if (sort !== sortName(order)) {
    throw new AppError('INVALID_QUERY', `The cursor belongs to sort=${sort}; keep the sort while paging.`);
  }
  return { value: value as string | number, id };
}

function parseCursor(cursor: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? (parsed as unknown[]) : [];
  } catch {
    return [];
  }
}

function sortName(order: FileOrder): string {
  return `${order.descending ? '-' : ''}${order.by}`;
}
