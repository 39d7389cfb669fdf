import type { ErrorCode } from '../../lib/errors.ts';
import { TUS_VERSION } from '../tus-headers.ts';
import type { HeaderDoc, Operation } from './operation.ts';

const tag = 'Resumable uploads';
const access = 'rules';
const ALL = '/api/files/:bucket/tus';
const ONE = `${ALL}/:id`;

const protocol: HeaderDoc = { name: 'Tus-Resumable', description: TUS_VERSION, required: true };
const offset: HeaderDoc = { name: 'Upload-Offset', description: 'Bytes that are in already', required: true };
const chunk = { kind: 'bytes', mediaType: 'application/offset+octet-stream' } as const;
const PROGRESS = ['Tus-Resumable', 'Upload-Offset', 'Upload-Expires', 'Alyx-File-Id'];

const UPLOAD_GONE: readonly ErrorCode[] = [
  'BUCKET_NOT_FOUND',
  'UPLOAD_NOT_FOUND',
  'UPLOAD_EXPIRED',
  'UPLOAD_LOCKED',
  'PRECONDITION_FAILED',
];
const CHUNK_ERRORS: readonly ErrorCode[] = [
  'VALIDATION_ERROR',
  'OFFSET_MISMATCH',
  'FILE_TOO_LARGE',
  'FILE_EXISTS',
  'QUOTA_EXCEEDED',
  'TYPE_NOT_ALLOWED',
  'UNSUPPORTED_MEDIA_TYPE',
  'CHECKSUM_MISMATCH',
  'RATE_LIMITED',
  'BACKEND_UNAVAILABLE',
  'STORAGE_FULL',
];

/** TUS 1.0.0 as https://tus.io/protocols/resumable-upload has it, with the extensions that we announce. */
export const TUS_OPERATIONS: readonly Operation[] = [
  ...[ALL, ONE].map((url): Operation => ({
    method: 'options',
    url,
    tag,
    access: 'public',
    summary: 'What the server can do',
    success: [
      {
        status: 204,
        description: 'See the headers',
        headers: ['Tus-Version', 'Tus-Extension', 'Tus-Max-Size'],
      },
    ],
    errors: ['BUCKET_NOT_FOUND'],
  })),
  {
    method: 'post',
    url: ALL,
    tag,
    access,
    summary: 'Start an upload',
    headers: [
      protocol,
      { name: 'Upload-Length', description: 'Size of the file in bytes', required: true },
      { name: 'Upload-Metadata', description: 'filename, path, metadata, checksum: values in base64' },
    ],
    body: chunk,
    success: [{ status: 201, description: 'Started', headers: [...PROGRESS, 'Location'] }],
    errors: [
      ...CHUNK_ERRORS,
      'BUCKET_NOT_FOUND',
      'PRECONDITION_FAILED',
      'INVALID_UPLOAD_LENGTH',
      'INVALID_NAME',
      'INVALID_PATH',
      'INVALID_METADATA',
      'INVALID_RULE',
    ],
  },
  {
    method: 'head',
    url: ONE,
    tag,
    access,
    summary: 'How far the upload is',
    headers: [protocol],
    success: [
      {
        status: 200,
        description: 'See the headers',
        headers: [...PROGRESS, 'Upload-Length', 'Upload-Metadata'],
      },
    ],
    errors: [...UPLOAD_GONE, 'FILE_EXISTS', 'CHECKSUM_MISMATCH', 'BACKEND_UNAVAILABLE', 'STORAGE_FULL'],
  },
  {
    method: 'patch',
    url: ONE,
    tag,
    access,
    summary: 'Send the next bytes',
    headers: [protocol, offset],
    body: chunk,
    success: [{ status: 204, description: 'They are in', headers: PROGRESS }],
    errors: [...UPLOAD_GONE, ...CHUNK_ERRORS],
  },
  {
    method: 'delete',
    url: ONE,
    tag,
    access,
    summary: 'Give the upload up',
    headers: [protocol],
    success: [{ status: 204, description: 'Gone', headers: ['Tus-Resumable'] }],
    errors: UPLOAD_GONE,
  },
  {
    method: 'post',
    url: ONE,
    tag,
    access,
    summary: 'PATCH, HEAD or DELETE for clients that can only POST',
    headers: [
      protocol,
      { name: 'X-HTTP-Method-Override', description: 'PATCH, HEAD or DELETE', required: true },
      { ...offset, required: false },
    ],
    body: chunk,
    success: [
      { status: 204, description: 'Done', headers: PROGRESS },
      { status: 200, description: 'For HEAD', headers: PROGRESS },
    ],
    errors: [...UPLOAD_GONE, ...CHUNK_ERRORS, 'NOT_FOUND'],
  },
];
