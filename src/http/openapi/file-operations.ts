import type { ErrorCode } from '../../lib/errors.ts';
import { fileListShape } from '../file-list-query.ts';
import { batchShape, patchShape } from '../routes/file-rows.ts';
import { signShape } from '../routes/signing.ts';
import { rawQueryShape } from '../routes/uploads.ts';
import {
  batchDeletionAnswer,
  downloadShape,
  fileListAnswer,
  fileShape,
  signedUrlAnswer,
} from './file-shapes.ts';
import type { HeaderDoc, Operation } from './operation.ts';

const tag = 'Files';
const access = 'rules';
const ALL = '/api/files/:bucket';
const ONE = `${ALL}/:id`;

const file = { kind: 'json', shape: fileShape } as const;
const created = { status: 201, description: 'Stored', body: file, headers: ['Location', 'ETag'] };

const UPLOAD_ERRORS: readonly ErrorCode[] = [
  'BUCKET_NOT_FOUND',
  'INVALID_NAME',
  'INVALID_PATH',
  'INVALID_METADATA',
  'INVALID_RULE',
  'VALIDATION_ERROR',
  'FILE_EXISTS',
  'FILE_TOO_LARGE',
  'QUOTA_EXCEEDED',
  'TYPE_NOT_ALLOWED',
  'CHECKSUM_MISMATCH',
  'RATE_LIMITED',
  'BACKEND_UNAVAILABLE',
  'STORAGE_FULL',
];

const ifMatch: HeaderDoc = { name: 'If-Match', description: 'Only if the row still has this entity tag.' };
const digests: readonly HeaderDoc[] = ['Repr-Digest', 'Content-Digest'].map((name) => ({
  name,
  description: 'SHA-256 that the bytes must have: sha-256=:…:',
}));
const conditions: readonly HeaderDoc[] = [
  ['Range', 'One range of bytes: bytes=0-99'],
  ['If-Range', 'The range applies only to this entity tag or date.'],
  ['If-Match', 'RFC 9110 section 13.1.1'],
  ['If-None-Match', 'RFC 9110 section 13.1.2'],
  ['If-Modified-Since', 'RFC 9110 section 13.1.3'],
  ['If-Unmodified-Since', 'RFC 9110 section 13.1.4'],
  ['Accept-Encoding', 'Compressed files go out as they lie when this names their coding.'],
].map(([name = '', description = '']) => ({ name, description }));

const UPLOADS: readonly Operation[] = [
  {
    method: 'post',
    url: ALL,
    tag,
    access,
    summary: 'Upload a file as a form',
    body: {
      kind: 'form',
      fields: {
        path: 'Display path; default: the name',
        metadata: 'A JSON object',
        checksum: 'SHA-256 that the bytes must have, in hex',
      },
    },
    success: [created],
    errors: [...UPLOAD_ERRORS, 'INVALID_MULTIPART', 'FILE_REQUIRED', 'UNSUPPORTED_MEDIA_TYPE'],
  },
  {
    method: 'put',
    url: ALL,
    tag,
    access,
    summary: 'Upload a file as the bare body',
    query: rawQueryShape,
    headers: digests,
    body: { kind: 'bytes', mediaType: '*/*' },
    success: [created],
    errors: [...UPLOAD_ERRORS, 'INVALID_QUERY', 'UNSUPPORTED_MEDIA_TYPE'],
  },
];

const ROWS: readonly Operation[] = [
  {
    method: 'get',
    url: ALL,
    tag,
    access,
    summary: 'List the files that you may read',
    query: fileListShape,
    success: [{ status: 200, description: 'A page', body: { kind: 'json', shape: fileListAnswer } }],
    errors: ['BUCKET_NOT_FOUND', 'INVALID_QUERY'],
  },
  {
    method: 'post',
    url: `${ALL}/batch-delete`,
    tag,
    access,
    summary: 'Delete up to 1000 files',
    body: { kind: 'json', shape: batchShape },
    success: [
      {
        status: 200,
        description: 'What was deleted, and what was not and why',
        body: { kind: 'json', shape: batchDeletionAnswer },
      },
    ],
    errors: [
      'BUCKET_NOT_FOUND',
      'VALIDATION_ERROR',
      'INVALID_JSON',
      'BODY_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
    ],
  },
  {
    method: 'get',
    url: ONE,
    tag,
    access,
    summary: 'What is known of a file',
    success: [{ status: 200, description: 'The file', body: file, headers: ['ETag'] }],
    errors: ['BUCKET_NOT_FOUND', 'FILE_NOT_FOUND'],
  },
  {
    method: 'patch',
    url: ONE,
    tag,
    access,
    summary: 'Change name, path or metadata',
    headers: [ifMatch],
    body: { kind: 'json', shape: patchShape },
    success: [{ status: 200, description: 'Changed', body: file, headers: ['ETag'] }],
    errors: [
      'BUCKET_NOT_FOUND',
      'FILE_NOT_FOUND',
      'VALIDATION_ERROR',
      'INVALID_JSON',
      'INVALID_NAME',
      'INVALID_PATH',
      'INVALID_METADATA',
      'INVALID_RULE',
      'FILE_EXISTS',
      'PRECONDITION_FAILED',
      'BODY_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
    ],
  },
  {
    method: 'delete',
    url: ONE,
    tag,
    access,
    summary: 'Delete a file',
    headers: [ifMatch],
    success: [{ status: 204, description: 'Gone' }],
    errors: ['BUCKET_NOT_FOUND', 'FILE_NOT_FOUND', 'FILE_IN_USE', 'PRECONDITION_FAILED'],
  },
  {
    method: 'get',
    url: `${ONE}/sign`,
    tag,
    access,
    summary: 'A link to the bytes that works for a while without credentials',
    query: signShape,
    success: [{ status: 200, description: 'The link', body: { kind: 'json', shape: signedUrlAnswer } }],
    errors: ['BUCKET_NOT_FOUND', 'FILE_NOT_FOUND', 'INVALID_QUERY', 'INVALID_EXPIRY', 'INVALID_OPERATION'],
  },
];

function bytesOperation(method: 'get' | 'head', operation: string, summary: string): Operation {
  const body = method === 'head' ? {} : { body: { kind: 'bytes', mediaType: '*/*' } as const };
  const headers = ['ETag', 'Last-Modified', 'Accept-Ranges', 'Content-Disposition', 'Repr-Digest'];
  return {
    method,
    url: `${ONE}/${operation}`,
    tag,
    access,
    summary,
    query: downloadShape,
    headers: conditions,
    success: [
      { status: 200, description: 'The bytes', ...body, headers },
      ...(method === 'head'
        ? []
        : [{ status: 206, description: 'The range', ...body, headers: [...headers, 'Content-Range'] }]),
      { status: 304, description: 'You have it already' },
    ],
    errors: [
      'BUCKET_NOT_FOUND',
      'FILE_NOT_FOUND',
      'PRECONDITION_FAILED',
      'RANGE_NOT_SATISFIABLE',
      'BACKEND_UNAVAILABLE',
    ],
  };
}

const BYTES: readonly Operation[] = (['get', 'head'] as const).flatMap((method) => [
  bytesOperation(method, 'download', 'The bytes of a file, to save'),
  bytesOperation(
    method,
    'view',
    'The bytes of a file, to show: anything that a browser would run is sandboxed',
  ),
]);

export const FILE_OPERATIONS: readonly Operation[] = [...UPLOADS, ...ROWS, ...BYTES];
