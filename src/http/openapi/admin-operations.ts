import type { z } from 'zod';
import type { ErrorCode } from '../../lib/errors.ts';
import { cleanupResultShape } from '../routes/admin/cleanup.ts';
import { adminFileListQueryShape, adminFileListShape, fileReferencesShape } from '../routes/admin/files.ts';
import { explainShape, explanationShape } from '../routes/admin/rules.ts';
import { schemaShape } from '../routes/admin/schema.ts';
import { statsShape } from '../routes/admin/stats.ts';
import { uploadListQueryShape, uploadListShape } from '../routes/admin/uploads.ts';
import { usageShape } from '../routes/admin/usage.ts';
import { newUserShape, userListQueryShape, userListShape, userPatchShape } from '../routes/admin/users.ts';
import { userShape } from '../routes/auth-shapes.ts';
import type { BodyDoc, Operation, SuccessDoc } from './operation.ts';

const admin = { tag: 'Administration', access: 'admin' } as const;

const BODY_ERRORS: readonly ErrorCode[] = [
  'VALIDATION_ERROR',
  'INVALID_JSON',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
];

export const ADMIN_OPERATIONS: readonly Operation[] = [
  {
    ...admin,
    method: 'get',
    url: '/api/admin/stats',
    summary: 'How things are: usage, uploads, newest files, backends, and what needs a person',
    success: [ok(statsShape)],
  },
  {
    ...admin,
    method: 'get',
    url: '/api/admin/usage',
    summary: 'What each bucket holds',
    success: [ok(usageShape)],
  },
  {
    ...admin,
    method: 'get',
    url: '/api/admin/files',
    summary: 'Files across all buckets',
    query: adminFileListQueryShape,
    success: [ok(adminFileListShape)],
    errors: ['INVALID_QUERY'],
  },
  {
    ...admin,
    method: 'get',
    url: '/api/admin/files/:id/references',
    summary: 'The records that refer to a file',
    success: [ok(fileReferencesShape)],
    errors: ['FILE_NOT_FOUND'],
  },
  {
    ...admin,
    method: 'get',
    url: '/api/admin/uploads',
    summary: 'Resumable uploads that are no files yet',
    query: uploadListQueryShape,
    success: [ok(uploadListShape)],
    errors: ['INVALID_QUERY'],
  },
  {
    ...admin,
    method: 'get',
    url: '/api/admin/schema',
    summary: 'Buckets and collections as they are in force, and where each is written',
    success: [ok(schemaShape)],
  },
  {
    ...admin,
    method: 'post',
    url: '/api/admin/rules/explain',
    summary: 'Whether a caller might do something, and what decides that; nothing is done',
    body: json(explainShape),
    success: [ok(explanationShape)],
    errors: [
      ...BODY_ERRORS,
      'BUCKET_NOT_FOUND',
      'FILE_NOT_FOUND',
      'COLLECTION_NOT_FOUND',
      'DOCUMENT_NOT_FOUND',
    ],
  },
  {
    ...admin,
    method: 'post',
    url: '/api/admin/cleanup',
    summary: 'Run the recurring cleanup now',
    success: [ok(cleanupResultShape)],
  },
  {
    ...admin,
    method: 'get',
    url: '/api/admin/users',
    summary: 'List users, newest first',
    query: userListQueryShape,
    success: [ok(userListShape)],
    errors: ['INVALID_QUERY'],
  },
  {
    ...admin,
    method: 'post',
    url: '/api/admin/users',
    summary: 'Create a user, also where registration is closed',
    body: json(newUserShape),
    success: [{ status: 201, description: 'Created', body: json(userShape), headers: ['Location'] }],
    errors: [...BODY_ERRORS, 'USER_EXISTS', 'RATE_LIMITED'],
  },
  {
    ...admin,
    method: 'get',
    url: '/api/admin/users/:id',
    summary: 'One user',
    success: [ok(userShape)],
    errors: ['NOT_FOUND'],
  },
  {
    ...admin,
    method: 'patch',
    url: '/api/admin/users/:id',
    summary: 'Change a user, at once; a new password logs them out everywhere',
    body: json(userPatchShape),
    success: [ok(userShape)],
    errors: [...BODY_ERRORS, 'NOT_FOUND', 'USER_EXISTS', 'RATE_LIMITED'],
  },
  {
    ...admin,
    method: 'delete',
    url: '/api/admin/users/:id',
    summary: 'Delete a user, and all their sessions; never the last admin',
    success: [{ status: 204, description: 'Deleted' }],
    errors: ['NOT_FOUND'],
  },
];

function json(shape: z.ZodType): BodyDoc {
  return { kind: 'json', shape };
}

function ok(shape: z.ZodType): SuccessDoc {
  return { status: 200, description: 'So it is', body: json(shape) };
}
