import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOf, openBucket, put, refusal, store } from '../support/files-api.ts';
import { expectNothingLeft } from '../support/leftovers.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => (app = await startApp({ schema: openBucket() })));
afterAll(() => app.dispose());

const base64 = (text: string) => createHash('sha256').update(text).digest('base64');

describe('what is refused, and leaves nothing behind', () => {
  const digest = (name: string, value: string) => ({ headers: { [name]: value } });
  it.each([
    ['no name', '/api/files/docs', {}, 400, 'INVALID_QUERY'],
    ['an unknown parameter', '/api/files/docs?name=a&nmae=b', {}, 400, 'INVALID_QUERY'],
    ['a name given twice', '/api/files/docs?name=a&name=b', {}, 400, 'INVALID_QUERY'],
    ['an empty name', '/api/files/docs?name=', {}, 400, 'INVALID_NAME'],
    ['a name with an encoded slash', '/api/files/docs?name=a%2Fb', {}, 400, 'INVALID_NAME'],
    ['a name with NUL', '/api/files/docs?name=a%00b', {}, 400, 'INVALID_NAME'],
    ['a name with a line break', '/api/files/docs?name=a%0d%0aSet-Cookie:x', {}, 400, 'INVALID_NAME'],
    ['an encoded path that climbs', '/api/files/docs?name=a&path=..%2f..%2fetc', {}, 400, 'INVALID_PATH'],
    ['metadata that is null', '/api/files/docs?name=a&metadata=null', {}, 400, 'INVALID_METADATA'],
    ['metadata that is no object', '/api/files/docs?name=a&metadata=7', {}, 400, 'INVALID_METADATA'],
    [
      'a digest that is none',
      '/api/files/docs?name=a',
      digest('repr-digest', 'sha-256=:no:'),
      400,
      'VALIDATION_ERROR',
    ],
    [
      'a digest of other bytes',
      '/api/files/docs?name=a',
      digest('repr-digest', `sha-256=:${base64('y')}:`),
      422,
      'CHECKSUM_MISMATCH',
    ],
    [
      'a content digest of other bytes',
      '/api/files/docs?name=a',
      digest('content-digest', `sha-256=:${base64('y')}:`),
      422,
      'CHECKSUM_MISMATCH',
    ],
    ['a bucket that is none', '/api/files/nowhere?name=a', {}, 404, 'BUCKET_NOT_FOUND'],
  ])('%s', async (_, path, options, status, code) => {
    const response = await app.request(path, { method: 'PUT', body: 'x', ...options });
    expect(await refusal(response)).toMatchObject({ status, code });
    await expectNothingLeft(app);
  });

  it('a file under its own id: nothing is overwritten', async () => {
    const response = await app.request('/api/files/docs/some-id', { method: 'PUT', body: 'x' });
    expect(await refusal(response)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });
});

describe('what is taken', () => {
  it('bytes of a known length, whatever their content type says', async () => {
    const headers = { 'content-type': 'application/json', 'repr-digest': `sha-256=:${base64('{oops')}:` };
    const file = await store(app, 'docs', 'oops.txt', '{oops', {
      headers,
      query: '&path=a/b&metadata={"k":1}',
    });
    expect(file).toMatchObject({
      name: 'oops.txt',
      path: 'a/b',
      size: 5,
      metadata: { k: 1 },
      mime_type: 'text/plain',
    });
  });

  it('a chunked body, as curl -T - sends it', async () => {
    const connection = await RawConnection.open(app.url);
    connection
      .head('PUT /api/files/docs?name=chunked.txt HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked')
      .write('5\r\nhello\r\n')
      .write('6;ext=1\r\n world\r\n')
      .write('0\r\n\r\n');
    const response = await connection.response();
    connection.close();
    expect(response?.status).toBe(201);
    expect(JSON.parse(response?.body ?? '')).toMatchObject({ size: 11, mime_type: 'text/plain' });
  });

  it('nothing at all: a file of zero bytes', async () => {
    const response = await put(app, 'docs', 'empty.txt', null);
    expect(response.status).toBe(201);
    expect(await fileOf(response)).toMatchObject({ size: 0, mime_type: 'text/plain' });
  });

  it('after the client was told to go on', async () => {
    const connection = await RawConnection.open(app.url);
    connection.head(
      'PUT /api/files/docs?name=expected.txt HTTP/1.1',
      'Host: x',
      'Content-Length: 5',
      'Expect: 100-continue',
    );
    expect(await connection.response()).toMatchObject({ status: 100 });
    connection.write('hello');
    expect(await connection.response()).toMatchObject({ status: 201 });
    connection.close();
  });

  it('and so is one that sends JSON', async () => {
    const { id } = await store(app, 'docs', 'old.txt', 'x');
    const connection = await RawConnection.open(app.url);
    const body = '{"name":"new.txt"}';
    connection.head(
      `PATCH /api/files/docs/${id} HTTP/1.1`,
      'Host: x',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      'Expect: 100-continue',
    );
    expect(await connection.response()).toMatchObject({ status: 100 });
    connection.write(body);
    expect(await connection.response()).toMatchObject({ status: 200 });
    connection.close();
  });

  it.each([
    ['and so is one that says so twice', 'HTTP/1.1', ['Expect: 100-Continue', 'Expect: 100-continue'], 100],
    ['but not one that speaks HTTP/1.0', 'HTTP/1.0', ['Expect: 100-continue'], 201],
  ])('%s', async (_, version, expectations, status) => {
    const connection = await RawConnection.open(app.url);
    connection.head(
      `PUT /api/files/docs?name=${version.replace('/', '-')} ${version}`,
      'Host: x',
      'Content-Length: 5',
      ...expectations,
    );
    if (status === 100) expect(await connection.response()).toMatchObject({ status });
    connection.write('hello');
    expect(await connection.response()).toMatchObject({ status: 201 });
    connection.close();
  });

  it('but a client whose upload is refused is never told to go on', async () => {
    const connection = await RawConnection.open(app.url);
    connection.head(
      'PUT /api/files/nowhere?name=a HTTP/1.1',
      'Host: x',
      'Content-Length: 5',
      'Expect: 100-continue',
    );
    expect(await connection.response()).toMatchObject({ status: 404 });
    connection.close();
  });
});
