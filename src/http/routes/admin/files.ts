import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { fileToJson } from '../../../files/file-json.ts';
import type { FilesContext } from '../../../files/files-context.ts';
import { pageFiles } from '../../../files/list-files.ts';
import { fileNotFound } from '../../../files/refusals.ts';
import type { StoredFile } from '../../../files/stored-file.ts';
import { isUuid } from '../../../lib/ids.ts';
import { encodeCursor, fileListShape, toFileListQuery } from '../../file-list-query.ts';
import { fileShape } from '../../openapi/file-shapes.ts';
import { readQuery } from '../../input.ts';

/** That of a bucket's list, and: */
export const adminFileListQueryShape = fileListShape.extend({
  /** Absent = every bucket. */
  bucket: z.string().max(63).optional(),
  owner_id: z.string().max(255).optional(),
  /** `true`: only files whose bytes are gone. */
  missing: z.stringbool().default(false),
});

export const adminFileShape = fileShape.extend({
  /** The backend where the file lies, which may be another than its bucket's is now. */
  backend: z.string(),
  /** True once a check found its bytes gone. */
  bytes_missing: z.boolean(),
});

export const adminFileListShape = z.strictObject({
  files: z.array(adminFileShape),
  total: z.int(),
  limit: z.int(),
  offset: z.int(),
  next_cursor: z.string().nullable(),
});

export const fileReferencesShape = z.strictObject({
  references: z.array(z.strictObject({ collection: z.string(), id: z.string(), field: z.string() })),
});

const MAX_REFERENCES = 1000;

/** `/api/admin/files`: files across all buckets, and which records refer to one. */
export function registerAdminFiles(app: FastifyInstance, { files, fileList }: FilesContext): void {
  app.get('/api/admin/files', async (request) => {
    const {
      bucket = null,
      owner_id: ownerId,
      missing,
      ...rest
    } = readQuery(adminFileListQueryShape, request.query);
    const query = toFileListQuery(rest);
    const { search, mimeType } = query;
    const filter = { bucket, ownerId, missing, search, mimeType, alternatives: null };
    const list = await pageFiles(fileList, filter, query);
    return {
      files: list.files.map(adminFileToJson),
      total: list.total,
      limit: query.limit,
      offset: query.offset,
      next_cursor: list.next === null ? null : encodeCursor(query.order, list.next),
    };
  });

  app.get<{ Params: { id: string } }>('/api/admin/files/:id/references', async (request) => {
    const { id } = request.params;
    if (!isUuid(id) || (await files.find(id)) === null) throw fileNotFound(id);
    const references = await files.references(id, MAX_REFERENCES);
    return {
      references: references.map(({ collection, recordId, field }) => ({ collection, id: recordId, field })),
    };
  });
}

export function adminFileToJson(file: StoredFile) {
  return { ...fileToJson(file), backend: file.backend, bytes_missing: file.bytesMissing };
}
