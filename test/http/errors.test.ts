import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/lib/errors.ts';
import { STATUS } from '../../src/http/status.ts';
import { openBucket, refusal, store } from '../support/files-api.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => (app = await startApp({ schema: openBucket() })));
afterAll(() => app.dispose());

const JSON_TYPE = { 'content-type': 'application/json' };
const ABSENT = '01890000-0000-7000-8000-000000000000';
const BATCH = '/api/files/docs/batch-delete';

describe('the envelope', () => {
  const CASES: readonly (readonly [string, string, RequestInit, number, string])[] = [
    ['a route that is none', '/api/nothing', {}, 404, 'NOT_FOUND'],
    ['the root', '/', {}, 404, 'NOT_FOUND'],
    ['a method that is none here', '/health/live', { method: 'DELETE' }, 404, 'NOT_FOUND'],
    ['a path that is not well-formed', '/api/files/%E0%A4%A', {}, 404, 'NOT_FOUND'],
    ['a very long name', `/api/files/${'a'.repeat(500)}`, {}, 404, 'NOT_FOUND'],
    ['an unknown bucket', '/api/files/nowhere', {}, 404, 'BUCKET_NOT_FOUND'],
    ['a bucket called __proto__', '/api/files/__proto__', {}, 404, 'BUCKET_NOT_FOUND'],
    ['an unknown file', `/api/files/docs/${ABSENT}`, {}, 404, 'FILE_NOT_FOUND'],
    ['an unknown download', `/api/files/docs/${ABSENT}/download`, {}, 404, 'FILE_NOT_FOUND'],
    ['JSON that is none', BATCH, { method: 'POST', body: '{oops', headers: JSON_TYPE }, 400, 'INVALID_JSON'],
    ['an empty body', BATCH, { method: 'POST', body: '', headers: JSON_TYPE }, 400, 'INVALID_JSON'],
    [
      'JSON that is not UTF-8',
      BATCH,
      { method: 'POST', body: Buffer.from('{"ids": ["caf\xe9"]}', 'latin1'), headers: JSON_TYPE },
      400,
      'INVALID_JSON',
    ],
    [
      'JSON with a surrogate in UTF-8',
      BATCH,
      { method: 'POST', body: Buffer.from('{"ids": ["\xed\xa0\x80"]}', 'latin1'), headers: JSON_TYPE },
      400,
      'INVALID_JSON',
    ],
    [
      'JSON that is no object',
      BATCH,
      { method: 'POST', body: '[]', headers: JSON_TYPE },
      400,
      'VALIDATION_ERROR',
    ],
    [
      'JSON of another shape',
      BATCH,
      { method: 'POST', body: '{}', headers: JSON_TYPE },
      400,
      'VALIDATION_ERROR',
    ],
    [
      'a body that is no JSON',
      BATCH,
      { method: 'POST', body: 'a=b', headers: { 'content-type': 'text/plain' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    ['a body of no type', BATCH, { method: 'POST', body: Buffer.from('x') }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'JSON over the limit',
      BATCH,
      { method: 'POST', body: `{"ids": ["${'x'.repeat(1 << 20)}"]}`, headers: JSON_TYPE },
      413,
      'BODY_TOO_LARGE',
    ],
    [
      'chunked JSON over the limit',
      BATCH,
      { method: 'POST', body: new Blob(['x'.repeat(1_100_000)]).stream(), headers: JSON_TYPE },
      413,
      'BODY_TOO_LARGE',
    ],
    [
      'JSON nested 65 levels deep',
      BATCH,
      { method: 'POST', body: '['.repeat(65) + ']'.repeat(65), headers: JSON_TYPE },
      400,
      'INVALID_JSON',
    ],
    [
      'JSON nested 100,000 levels deep',
      BATCH,
      { method: 'POST', body: '['.repeat(100_000), headers: JSON_TYPE },
      400,
      'INVALID_JSON',
    ],
    ['a query that is wrong', '/api/files/docs?limit=x', {}, 400, 'INVALID_QUERY'],
    [
      'a token that is none',
      '/api/files/docs',
      { headers: { authorization: 'Bearer x' } },
      401,
      'INVALID_TOKEN',
    ],
    [
      'a TUS request without its version',
      '/api/files/docs/tus',
      { method: 'POST' },
      412,
      'PRECONDITION_FAILED',
    ],
  ];

  it.each(CASES)('%s', async (_, path, init, status, code) => {
    const response = await app.request(path, init);
    const { error, ...shown } = await refusal(response);
    expect(shown).toMatchObject({ status, code });
    expect(error).toMatch(/^[A-Z"].*[.]$/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('has no body on HEAD, but the status', async () => {
    const response = await app.request(`/api/files/docs/${ABSENT}/download`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([404, '']);
  });

  it('survives a body that is shorter than announced', async () => {
    const connection = await RawConnection.open(app.url);
    connection.head(
      `POST ${BATCH} HTTP/1.1`,
      'Host: x',
      'Content-Type: application/json',
      'Content-Length: 100',
    );
    connection.write('{"ids"').socket.end();
    await connection.closed;
    expect((await app.request('/health/live')).status).toBe(200);
  });
});

describe('the request id', () => {
  it.each([
    ['abc-123_x.y', true],
    ['a'.repeat(128), true],
    ['a'.repeat(129), false],
    ['two words', false],
    ['<script>', false],
    ['{"a":1}', false],
    ['', false],
    ['-dash-first', false],
  ])('%s is echoed: %s', async (given, echoed) => {
    const response = await app.request('/api/nothing', { headers: { 'x-request-id': given } });
    const { request_id } = await refusal(response);
    if (echoed) expect(request_id).toBe(given);
    else expect(request_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is on answers that are no errors too, and in the log', async () => {
    const response = await app.request('/api/files/docs', { headers: { 'x-request-id': 'find-me' } });
    expect(response.headers.get('x-request-id')).toBe('find-me');
    await response.text();
    const line = app.logLines.find((text) => text.includes('"request_id":"find-me"'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ method: 'GET', path: '/api/files/docs', status: 200 });
  });
});

describe('an internal error', () => {
  it('tells the client nothing but the id under which the log tells everything', async () => {
    const { id } = await store(app, 'docs', 'x', 'x');
    // A second process tampers with the database: no error that anybody foresaw.
    const database = new BetterSqlite3(join(app.folder, 'data', 'alyx.db'));
    database.exec('ALTER TABLE _alyx_files RENAME COLUMN checksum TO secret_internals');
    const response = await app.request(`/api/files/docs/${id}`);
    database.exec('ALTER TABLE _alyx_files RENAME COLUMN secret_internals TO checksum');
    database.close();
    const { request_id, ...shown } = await refusal(response);
    expect(shown).toEqual({
      status: 500,
      code: 'INTERNAL_ERROR',
      error: 'Something went wrong on our side; the log has it under this request_id.',
    });
    const logged = app.logLines.filter(
      (line) => line.includes(request_id) && line.includes('no such column'),
    );
    expect(logged).toHaveLength(1);
  });
});

/** CONTRACT section 4; FILE_NOT_FOUND in a record's file field is the one code with a second status. */
const CONTRACT: Readonly<Record<number, string>> = {
  400: 'VALIDATION_ERROR INVALID_JSON INVALID_MULTIPART FILE_REQUIRED INVALID_NAME INVALID_PATH INVALID_METADATA INVALID_RULE INVALID_QUERY INVALID_EXPIRY INVALID_OPERATION INVALID_UPLOAD_LENGTH FILE_WRONG_BUCKET FOREIGN_KEY_VIOLATION',
  401: 'UNAUTHORIZED INVALID_TOKEN TOKEN_EXPIRED INVALID_CREDENTIALS',
  403: 'FORBIDDEN REGISTRATION_CLOSED',
  404: 'NOT_FOUND BUCKET_NOT_FOUND FILE_NOT_FOUND UPLOAD_NOT_FOUND COLLECTION_NOT_FOUND DOCUMENT_NOT_FOUND',
  409: 'FILE_EXISTS FILE_IN_USE UNIQUE_VIOLATION USER_EXISTS OFFSET_MISMATCH',
  410: 'UPLOAD_EXPIRED',
  412: 'PRECONDITION_FAILED',
  413: 'FILE_TOO_LARGE BODY_TOO_LARGE QUOTA_EXCEEDED',
  415: 'TYPE_NOT_ALLOWED UNSUPPORTED_MEDIA_TYPE',
  416: 'RANGE_NOT_SATISFIABLE',
  422: 'CHECKSUM_MISMATCH',
  423: 'UPLOAD_LOCKED',
  429: 'RATE_LIMITED',
  500: 'INTERNAL_ERROR',
  503: 'BACKEND_UNAVAILABLE',
  507: 'STORAGE_FULL',
};

describe('the codes', () => {
  it('are those of the contract, each with its status', () => {
    const promised = Object.entries(CONTRACT).flatMap(([status, codes]) =>
      codes.split(' ').map((code): [string, number] => [code, Number(status)]),
    );
    expect(Object.fromEntries(promised)).toEqual(STATUS);
    expect(new Set(ERROR_CODES)).toEqual(new Set(promised.map(([code]) => code)));
  });
});
