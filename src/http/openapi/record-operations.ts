import type { ErrorCode } from '../../lib/errors.ts';
import { recordListShape, recordQueryShape } from '../record-list-query.ts';
import type { HeaderDoc, Operation, SuccessDoc } from './operation.ts';
import type { JsonSchema } from './json-schema.ts';
import type { RecordSchemas } from './record-schemas.ts';

const access = 'rules';
const ifMatch: HeaderDoc = { name: 'If-Match', description: 'Only if the record still has this entity tag.' };

const NONE: readonly ErrorCode[] = ['COLLECTION_NOT_FOUND', 'DOCUMENT_NOT_FOUND'];
const WRITING: readonly ErrorCode[] = [
  'VALIDATION_ERROR',
  'INVALID_JSON',
  'INVALID_QUERY',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'UNIQUE_VIOLATION',
  'FOREIGN_KEY_VIOLATION',
  'FILE_WRONG_BUCKET',
];
/** A file that a record's field names and that is not there is a mistake in the body. */
const refusals = { 400: ['FILE_NOT_FOUND'] } as const;

/** The routes of one collection's records. */
export function recordOperations(name: string, schemas: RecordSchemas): Operation[] {
  const all = `/api/collections/${name}`;
  const one = `${all}/:id`;
  const tag = `Records: ${name}`;
  const draft = { kind: 'schema', schema: schemas.draft } as const;
  return [
    {
      method: 'get',
      url: all,
      tag,
      access,
      summary: 'List the records that you may read',
      query: recordListShape,
      success: [answer(200, 'A page', schemas.list)],
      errors: ['COLLECTION_NOT_FOUND', 'INVALID_QUERY'],
    },
    {
      method: 'post',
      url: all,
      tag,
      access,
      summary: 'Make a record',
      query: recordQueryShape,
      body: draft,
      success: [answer(201, 'Made', schemas.record, ['Location', 'ETag'])],
      errors: ['COLLECTION_NOT_FOUND', ...WRITING],
      refusals,
    },
    {
      method: 'get',
      url: one,
      tag,
      access,
      summary: 'A record',
      query: recordQueryShape,
      success: [answer(200, 'The record', schemas.record, ['ETag'])],
      errors: [...NONE, 'INVALID_QUERY'],
    },
    ...(['patch', 'put'] as const).map((method): Operation => ({
      method,
      url: one,
      tag,
      access,
      summary: method === 'patch' ? 'Change some fields' : 'Replace the record',
      query: recordQueryShape,
      headers: [ifMatch],
      body: method === 'patch' ? { kind: 'schema', schema: schemas.change } : draft,
      success: [answer(200, 'Changed', schemas.record, ['ETag'])],
      errors: [...NONE, ...WRITING, 'PRECONDITION_FAILED'],
      refusals,
    })),
    {
      method: 'delete',
      url: one,
      tag,
      access,
      summary: 'Delete the record, and what goes with it',
      headers: [ifMatch],
      success: [{ status: 204, description: 'Gone' }],
      errors: [...NONE, 'FOREIGN_KEY_VIOLATION', 'PRECONDITION_FAILED'],
    },
  ];
}

function answer(
  status: number,
  description: string,
  schema: JsonSchema,
  headers: readonly string[] = [],
): SuccessDoc {
  return { status, description, body: { kind: 'schema', schema }, headers };
}
