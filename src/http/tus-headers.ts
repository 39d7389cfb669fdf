import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../lib/errors.ts';
import type { JsonObject } from '../lib/json.ts';
import type { NewUpload } from '../uploads/create-upload.ts';
import { parseUploadMetadata } from '../uploads/upload-metadata.ts';
import { parseChecksum, parseMetadata } from './uploading/claims.ts';

export const TUS_VERSION = '1.0.0';
const CHUNK_TYPE = 'application/offset+octet-stream';
const DIGITS = /^\d{1,15}$/;

/**
 * `X-HTTP-Method-Override` where it is given, whatever the request's own method: for clients behind something that
 * lets only GET and POST through (TUS 1.0.0, X-HTTP-Method-Override).
 */
export function meantMethod(request: FastifyRequest): string {
  const override = request.headers['x-http-method-override'];
  return typeof override === 'string' ? override.toUpperCase() : request.method;
}

/** Throws PRECONDITION_FAILED unless the client speaks the one version of the protocol that we do. */
export function requireProtocol(request: FastifyRequest, reply: FastifyReply): void {
  if (request.headers['tus-resumable'] === TUS_VERSION) return;
  reply.header('tus-version', TUS_VERSION);
  throw new AppError('PRECONDITION_FAILED', `Send the header "Tus-Resumable: ${TUS_VERSION}".`, {
    supported: [TUS_VERSION],
  });
}

export function requireChunkType(contentType: string | undefined): void {
  if (contentType?.toLowerCase() === CHUNK_TYPE) return;
  throw new AppError('UNSUPPORTED_MEDIA_TYPE', `Chunks have the Content-Type ${CHUNK_TYPE}.`, {
    content_type: contentType ?? null,
  });
}

/** The number in `Upload-Offset`; throws VALIDATION_ERROR. */
export function readOffset(header: string | string[] | undefined): number {
  if (typeof header === 'string' && DIGITS.test(header)) return Number(header);
  const message = 'must be the number of bytes that are in already';
  throw new AppError('VALIDATION_ERROR', `Upload-Offset ${message}.`, [
    { field: 'Upload-Offset', code: 'invalid', message },
  ]);
}

/** What a creation asks for; throws INVALID_UPLOAD_LENGTH, INVALID_METADATA or VALIDATION_ERROR. */
export function readNewUpload(headers: IncomingHttpHeaders): NewUpload {
  refuseConcatenation(headers);
  const claims = String(headers['upload-metadata'] ?? '');
  const { filename, path, checksum, metadata, rest } = parseUploadMetadata(claims);
  return {
    length: readLength(headers),
    name: filename,
    path,
    checksum: parseChecksum(checksum),
    metadata: mergeMetadata(rest, parseMetadata(metadata)),
    claims,
  };
}

/** Keys of the header that mean nothing to us become metadata; what the JSON under `metadata` says comes first. */
function mergeMetadata(rest: JsonObject, metadata: unknown): unknown {
  if (metadata === undefined) return rest;
  const isObject = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
  return isObject ? { ...rest, ...metadata } : metadata;
}

/** Taken for a plain creation, every part of a file would become a file. */
function refuseConcatenation(headers: IncomingHttpHeaders): void {
  if (headers['upload-concat'] === undefined) return;
  const message = 'is not supported: send the file as one upload (tus-js-client: leave out parallelUploads)';
  throw new AppError('VALIDATION_ERROR', `Upload-Concat ${message}.`, [
    { field: 'Upload-Concat', code: 'unsupported', message },
  ]);
}

function readLength(headers: IncomingHttpHeaders): number {
  const length = headers['upload-length'];
  const deferred = headers['upload-defer-length'] !== undefined;
  if (!deferred && typeof length === 'string' && DIGITS.test(length)) return Number(length);
  const message = !deferred
    ? 'Upload-Length must be the size of the file in bytes.'
    : 'Upload-Defer-Length is not supported: limits are checked before the first byte, so send Upload-Length.';
  throw new AppError('INVALID_UPLOAD_LENGTH', message, { upload_length: length ?? null });
}
