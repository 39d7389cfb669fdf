import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { deleteFile, deleteFiles } from '../../files/delete-file.ts';
import { fileToJson } from '../../files/file-json.ts';
import type { FilesContext } from '../../files/files-context.ts';
import { getFile } from '../../files/get-file.ts';
import { listFiles } from '../../files/list-files.ts';
import type { StoredFile } from '../../files/stored-file.ts';
import { updateFile, type Precondition } from '../../files/update-file.ts';
import { encodeCursor, readFileListQuery } from '../file-list-query.ts';
import { readBody } from '../input.ts';
import { JSON_TYPE } from '../json-type.ts';
import { matchesEtag } from '../reading/conditional.ts';
import { rowEtag } from '../row-etag.ts';

interface BucketParams {
  Params: { bucket: string };
}
interface FileParams {
  Params: { bucket: string; id: string };
}

export const patchShape = z.strictObject({
  name: z.string().optional(),
  path: z.string().optional(),
  metadata: z.unknown().optional(),
});

export const batchShape = z.strictObject({ ids: z.array(z.string().max(64)).min(1).max(1000) });

/** Everything about files but their bytes: list, get, change, delete. */
export function registerFileRows(app: FastifyInstance, files: FilesContext): void {
  app.get<BucketParams>('/api/files/:bucket', async (request, reply) => {
    const query = readFileListQuery(request.query);
    const list = await listFiles(files, request.caller, request.params.bucket, query);
    const rest = JSON.stringify({
      total: list.total,
      limit: query.limit,
      offset: query.offset,
      next_cursor: list.next === null ? null : encodeCursor(query.order, list.next),
    });
    const text = `{"files":[${list.files.join(',')}],${rest.slice(1)}`;
    return reply.header('content-type', JSON_TYPE).send(text);
  });

  app.get<FileParams>('/api/files/:bucket/:id', async (request, reply) => {
    const { file, json } = await getFile(files, request.caller, request.params.bucket, request.params.id);
    return reply.header('etag', rowEtag(file)).header('content-type', JSON_TYPE).send(json);
  });

  app.patch<FileParams>('/api/files/:bucket/:id', async (request, reply) => {
    const patch = readBody(patchShape, request.body);
    const { bucket, id } = request.params;
    const file = await updateFile(
      files,
      request.caller,
      bucket,
      id,
      patch,
      ifMatch(request.headers['if-match']),
    );
    return reply.header('etag', rowEtag(file)).send(fileToJson(file));
  });

  app.delete<FileParams>('/api/files/:bucket/:id', async (request, reply) => {
    const { bucket, id } = request.params;
    await deleteFile(files, request.caller, bucket, id, ifMatch(request.headers['if-match']));
    return reply.code(204).send();
  });

  app.post<BucketParams>('/api/files/:bucket/batch-delete', async (request) => {
    const { ids } = readBody(batchShape, request.body);
    return deleteFiles(files, request.caller, request.params.bucket, ids);
  });
}

/** RFC 9110 section 13.1.1: strong comparison with the row's tag. */
function ifMatch(header: string | undefined): Precondition {
  if (header === undefined) return () => true;
  return (file: StoredFile) => matchesEtag(header, rowEtag(file), 'strong');
}
