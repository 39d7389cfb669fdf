import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { admitUpload, refuseEarly } from '../../files/admission.ts';
import { fileToJson } from '../../files/file-json.ts';
import type { FilesContext } from '../../files/files-context.ts';
import { storeFile } from '../../files/store-file.ts';
import type { StoredFile } from '../../files/stored-file.ts';
import { AppError } from '../../lib/errors.ts';
import { readQuery } from '../input.ts';
import { FORM_OVERHEAD, readUploadForm } from '../multipart/upload-form.ts';
import { parseDigestHeaders } from '../reading/repr-digest.ts';
import { rowEtag } from '../row-etag.ts';
import { announcedLength, requestBody } from '../uploading/request-body.ts';
import { parseChecksum, parseMetadata } from '../uploading/claims.ts';

interface BucketParams {
  Params: { bucket: string };
}

export const rawQueryShape = z.strictObject({
  name: z.string({ error: 'is missing: say what the file is called with ?name=' }),
  path: z.string().optional(),
  metadata: z.string().optional(),
});

/** Uploads in one request: a multipart form, or the bare bytes. Register in a scope of its own: bodies are streams. */
export function registerUploads(scope: FastifyInstance, files: FilesContext): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null));

  scope.put<BucketParams>('/api/files/:bucket', async (request, reply) => {
    const { name, path, metadata } = readQuery(rawQueryShape, request.query);
    const size = announcedLength(request);
    const admission = await admitUpload(files, request.caller, request.params.bucket, {
      name,
      path,
      metadata: parseMetadata(metadata),
      size,
      minSize: size ?? 0,
      checksum: parseDigestHeaders(request.headers),
    });
    return created(reply, await storeFile(files, admission, requestBody(request, reply)));
  });

  scope.post<BucketParams>('/api/files/:bucket', async (request, reply) => {
    const { bucket } = request.params;
    const minSize = Math.max(0, (announcedLength(request) ?? 0) - FORM_OVERHEAD);
    refuseEarly(files, request.caller, bucket, minSize);
    const form = await readUploadForm(requestBody(request, reply), formType(request));
    const admission = await admitUpload(files, request.caller, bucket, {
      name: form.filename,
      path: form.fields.path,
      metadata: parseMetadata(form.fields.metadata),
      size: null,
      minSize,
      checksum: parseChecksum(form.fields.checksum),
    });
    return created(reply, await storeFile(files, admission, form.body));
  });
}

function formType(request: FastifyRequest): string {
  const type = request.headers['content-type'] ?? '';
  if (/^multipart\/form-data *(;|$)/i.test(type)) return type;
  throw new AppError(
    'UNSUPPORTED_MEDIA_TYPE',
    'POST takes multipart/form-data with a part named "file"; send bare bytes with PUT ?name=…',
  );
}

function created(reply: FastifyReply, file: StoredFile): FastifyReply {
  return reply
    .code(201)
    .header('location', `/api/files/${file.bucket}/${file.id}`)
    .header('etag', rowEtag(file))
    .send(fileToJson(file));
}
