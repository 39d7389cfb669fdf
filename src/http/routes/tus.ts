import type { FastifyInstance, FastifyReply, FastifyRequest, RouteGenericInterface } from 'fastify';
import type { Caller } from '../../auth/caller.ts';
import { requireBucket } from '../../files/files-context.ts';
import { AppError } from '../../lib/errors.ts';
import { appendChunk } from '../../uploads/append-chunk.ts';
import type { Chunk } from '../../uploads/chunk.ts';
import { createUpload } from '../../uploads/create-upload.ts';
import { discardUpload } from '../../uploads/discard-upload.ts';
import type { UploadOrFile } from '../../uploads/find-upload.ts';
import { inspectUpload } from '../../uploads/inspect-upload.ts';
import { terminateUpload } from '../../uploads/terminate-upload.ts';
import type { Upload } from '../../uploads/upload.ts';
import type { UploadsContext } from '../../uploads/uploads-context.ts';
import {
  readNewUpload,
  readOffset,
  requireChunkType,
  requireProtocol,
  meantMethod,
  TUS_VERSION,
} from '../tus-headers.ts';
import { announcedLength, requestBody } from '../uploading/request-body.ts';
import { urlBase } from '../url-base.ts';

interface BucketParams {
  Params: { bucket: string };
}
interface UploadParams {
  Params: { bucket: string; id: string };
}

const EXTENSIONS = 'creation,creation-with-upload,expiration,termination';

/** The protocol's response headers, which a browser shows to a script only if CORS exposes them. */
export const TUS_HEADERS = [
  'Upload-Offset',
  'Upload-Length',
  'Upload-Metadata',
  'Upload-Expires',
  'Tus-Version',
  'Tus-Resumable',
  'Tus-Extension',
  'Tus-Max-Size',
  'Alyx-File-Id',
];

const COLLECTION = '/api/files/:bucket/tus';
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

interface TusDeps {
  readonly uploads: UploadsContext;
  readonly publicUrl: string | null;
}

type Answer<Route extends RouteGenericInterface> = (
  deps: TusDeps,
  request: FastifyRequest<Route>,
  reply: FastifyReply,
) => FastifyReply | Promise<FastifyReply>;

const ON_COLLECTION: Readonly<Record<string, Answer<BucketParams>>> = {
  OPTIONS: describeServer,
  POST: create,
};
const ON_UPLOAD: Readonly<Record<string, Answer<UploadParams>>> = {
  OPTIONS: describeServer,
  HEAD: inspect,
  PATCH: append,
  DELETE: terminate,
};

/** Resumable uploads, TUS 1.0.0 (https://tus.io/protocols/resumable-upload). Register in a scope of its own: bodies are streams. */
export function registerTus(scope: FastifyInstance, uploads: UploadsContext, publicUrl: string | null): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
  // Every response carries it, a refusal by a hook of the whole server too.
  scope.addHook('onSend', async (_request, reply) => void reply.header('tus-resumable', TUS_VERSION));
  const deps = { uploads, publicUrl };
  scope.route<BucketParams>(protocolRoute(deps, COLLECTION, ON_COLLECTION));
  scope.route<UploadParams>(protocolRoute(deps, `${COLLECTION}/:id`, ON_UPLOAD));
}

function protocolRoute<Route extends RouteGenericInterface>(
  deps: TusDeps,
  url: string,
  answers: Readonly<Record<string, Answer<Route>>>,
) {
  return {
    url,
    method: METHODS,
    // The CORS plugin answers preflights; here it only adds its headers.
    config: { cors: { preflightContinue: true } },
    handler: async (request: FastifyRequest<Route>, reply: FastifyReply) => {
      const method = meantMethod(request);
      const answer = answers[method];
      if (answer === undefined) throw new AppError('NOT_FOUND', `TUS knows no ${method} here.`);
      if (method !== 'OPTIONS') requireProtocol(request, reply);
      reply.header('cache-control', 'no-store');
      return answer(deps, request, reply);
    },
  };
}

function describeServer(
  { uploads: { files } }: TusDeps,
  request: FastifyRequest<BucketParams>,
  reply: FastifyReply,
): FastifyReply {
  const { maxFileSize } = requireBucket(files, request.params.bucket);
  return reply
    .code(204)
    .headers({ 'tus-version': TUS_VERSION, 'tus-extension': EXTENSIONS, 'tus-max-size': maxFileSize })
    .send();
}

async function create(
  { uploads, publicUrl }: TusDeps,
  request: FastifyRequest<BucketParams>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { bucket } = request.params;
  const wanted = readNewUpload(request.headers);
  const withBody = request.headers['content-type'] !== undefined && announcedLength(request) !== 0;
  if (withBody) requireChunkType(request.headers['content-type']);
  const first = withBody ? chunkOf(request, reply, 0) : null;
  const created = await createUpload(uploads, request.caller, bucket, wanted, first);
  const result =
    first !== null && created.upload !== null
      ? await appendFirst(uploads, request.caller, created.upload, first)
      : created;
  const { id } = result.upload ?? result.file;
  reply.header('location', `${urlBase(request, publicUrl)}/api/files/${bucket}/tus/${id}`);
  return describe(reply, result).code(201).send();
}

/** The client does not know the upload yet: if its first bytes are refused or break off, nothing may stay. */
async function appendFirst(
  uploads: UploadsContext,
  caller: Caller,
  upload: Upload,
  first: Chunk,
): Promise<UploadOrFile> {
  try {
    return await appendChunk(uploads, caller, upload.bucket, upload.id, first);
  } catch (error) {
    await discardUpload(uploads, upload);
    throw error;
  }
}

async function inspect(
  { uploads }: TusDeps,
  request: FastifyRequest<UploadParams>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { bucket, id } = request.params;
  const result = await inspectUpload(uploads, request.caller, bucket, id);
  reply.header('upload-length', result.upload?.length ?? result.file?.size);
  if (result.upload !== null && result.upload.claims !== '')
    reply.header('upload-metadata', result.upload.claims);
  return describe(reply, result).code(200).send();
}

async function append(
  { uploads }: TusDeps,
  request: FastifyRequest<UploadParams>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  requireChunkType(request.headers['content-type']);
  const chunk = chunkOf(request, reply, readOffset(request.headers['upload-offset']));
  const { bucket, id } = request.params;
  const result = await appendChunk(uploads, request.caller, bucket, id, chunk);
  return describe(reply, result).code(204).send();
}

async function terminate(
  { uploads }: TusDeps,
  request: FastifyRequest<UploadParams>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { bucket, id } = request.params;
  await terminateUpload(uploads, request.caller, bucket, id);
  return reply.code(204).send();
}

function chunkOf(request: FastifyRequest, reply: FastifyReply, offset: number): Chunk {
  return {
    offset,
    length: announcedLength(request),
    open: () => requestBody(request, reply),
    cancel: () => void request.raw.destroy(new Error('broken off in favour of another request')),
  };
}

/** How far it is and until when, or which file it has become. */
function describe(reply: FastifyReply, { upload, file }: UploadOrFile): FastifyReply {
  if (upload === null) return reply.headers({ 'upload-offset': file.size, 'alyx-file-id': file.id });
  return reply.headers({
    'upload-offset': upload.offset,
    'upload-expires': new Date(upload.expiresAt).toUTCString(),
  });
}
