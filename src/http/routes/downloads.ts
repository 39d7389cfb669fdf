import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SIGNED_OPERATIONS, type SignedOperation } from '../../auth/signed-tokens.ts';
import type { FilesContext } from '../../files/files-context.ts';
import {
  findDownload,
  findSignedDownload,
  isInPlace,
  openContent,
  openStored,
} from '../../files/open-download.ts';
import { requireBucket } from '../../files/files-context.ts';
import type { StoredFile } from '../../files/stored-file.ts';
import { AppError } from '../../lib/errors.ts';
import { giveBack } from '../../lib/give-back.ts';
import { FileContent } from '../../storage/file-content.ts';
import { WholeContent } from '../../storage/whole-content.ts';
import { accelPath } from '../reading/accel-redirect.ts';
import { accepts } from '../reading/accept-encoding.ts';
import { evaluateConditions, rangeStillApplies } from '../reading/conditional.ts';
import { contentDisposition } from '../reading/content-disposition.ts';
import { pipeAndGiveBack } from '../reading/pipe-and-give-back.ts';
import { parseRange } from '../reading/range.ts';
import { formatReprDigest } from '../reading/repr-digest.ts';
import { sendFileContent } from '../reading/send-file-content.ts';
import { shownContentType, viewHeaders } from '../reading/view-safety.ts';

type Disposition = 'attachment' | 'inline';

const DISPOSITIONS = { download: 'attachment', view: 'inline' } as const satisfies Record<
  SignedOperation,
  Disposition
>;

interface DownloadRequest {
  Params: { bucket: string; id: string };
  /** A token given twice arrives as an array, which is no token. */
  Querystring: { token?: string | string[] };
}

/** A file's bytes, to save (`download`) or to show (`view`), with the whole reading side of RFC 9110. */
export function registerDownloads(app: FastifyInstance, files: FilesContext): void {
  for (const operation of SIGNED_OPERATIONS) {
    app.route<DownloadRequest>({
      method: ['GET', 'HEAD'],
      url: `/api/files/:bucket/:id/${operation}`,
      handler: async (request, reply) => {
        const { bucket, id } = request.params;
        const { token } = request.query;
        const file =
          token === undefined
            ? await findDownload(files, request.caller, bucket, id)
            : await findSignedDownload(files, String(token), { bucket, fileId: id, operation });
        return sendFile(files, file, DISPOSITIONS[operation], request, reply);
      },
    });
  }
}

async function sendFile(
  files: FilesContext,
  file: StoredFile,
  disposition: Disposition,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { headers } = request;
  // A range counts decoded bytes, so a client that asks for one gets it decoded, whatever it accepts; and what is to
  // be verified has to be decoded anyhow.
  const asStored =
    file.codec !== null &&
    !files.storage.verifyOnRead &&
    headers.range === undefined &&
    accepts(headers['accept-encoding'], file.codec);
  const etag = asStored ? `"${file.checksum}-${file.codec}"` : `"${file.checksum}"`;
  setHeaders(files, file, disposition, reply);
  reply.header('etag', etag);
  // RFC 9530: the digest is that of the coded bytes where the answer is coded, and only the decoded one is known.
  if (asStored) reply.header('content-encoding', file.codec);
  else reply.header('repr-digest', formatReprDigest(file.checksum));

  const condition = evaluateConditions({
    method: request.method,
    headers,
    etag,
    lastModified: file.createdAt,
  });
  if (condition === 'not-modified') return reply.code(304).send();
  if (condition === 'precondition-failed') {
    throw new AppError('PRECONDITION_FAILED', 'The file is not the one that the request was made for.');
  }

  const range = rangeStillApplies(headers['if-range'], etag, file.createdAt) ? headers.range : undefined;
  const wanted = range === undefined || request.method !== 'GET' ? 'ignored' : parseRange(range, file.size);
  if (wanted === 'unsatisfiable') {
    reply.header('content-range', `bytes */${file.size}`);
    throw new AppError('RANGE_NOT_SATISFIABLE', `The range is outside the file's ${file.size} bytes.`, {
      size: file.size,
    });
  }
  const place = wanted === 'ignored' && range !== undefined ? null : accelPath(files.storage, file, request);
  if (place !== null && (await isInPlace(files, file))) {
    // nginx says itself that it accepts ranges, and would say it twice.
    return reply.removeHeader('accept-ranges').header('x-accel-redirect', place).send();
  }
  if (wanted !== 'ignored') {
    reply.code(206).header('content-range', `bytes ${wanted.start}-${wanted.end}/${file.size}`);
    return send(request, reply, wanted.end - wanted.start + 1, () => openContent(files, file, wanted));
  }
  if (!asStored) return send(request, reply, file.size, () => openContent(files, file));
  return send(request, reply, file.storedSize, () => openStored(files, file));
}

function setHeaders(
  files: FilesContext,
  file: StoredFile,
  disposition: Disposition,
  reply: FastifyReply,
): void {
  reply.headers(viewHeaders(file.mimeType));
  reply.headers({
    'accept-ranges': 'bytes',
    'cache-control': requireBucket(files, file.bucket).cacheControl,
    'content-disposition': contentDisposition(disposition, file.name),
    'content-type': shownContentType(file.mimeType),
    'last-modified': new Date(file.createdAt).toUTCString(),
  });
  if (file.codec !== null) reply.header('vary', 'Accept-Encoding');
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  length: number,
  open: () => Promise<Readable>,
): Promise<FastifyReply> {
  reply.header('content-length', length);
  if (request.method === 'HEAD') return reply.send();
  const content = await open();
  if (content instanceof WholeContent) {
    requireLength(content, length);
    reply.raw.once('finish', () => giveBack(content.bytes));
    return reply.send(content.bytes);
  }
  if (content instanceof FileContent) requireLength(content, length);
  // From then on nobody can be answered, and Fastify only cuts the connection: the operator has to learn why.
  content.once('error', (error) => {
    if (reply.raw.headersSent && !reply.raw.closed) request.log.error({ err: error }, 'a download broke off');
  });
  // Fastify sends a stream by piping it into the raw response.
  content.pipe = (response) => {
    if (content instanceof FileContent) sendFileContent(content, reply.raw);
    else pipeAndGiveBack(content, reply.raw, length);
    return response;
  };
  return reply.send(content);
}

/** While it can still be answered: the client could only wait for the rest of a cut file, or take it for a whole one. */
function requireLength(content: WholeContent | FileContent, length: number): void {
  if (content.length === length) return;
  content.destroy();
  throw new Error(`the backend has ${content.length} bytes in place of ${length}; see "alyx storage check"`);
}
