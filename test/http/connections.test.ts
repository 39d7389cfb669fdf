import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBucket, OPEN_RULES, store } from '../support/files-api.ts';
import { HttpRelay } from '../support/http-relay.ts';
import { expectNothingLeft, openFiles } from '../support/leftovers.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startS3Server } from '../support/s3-server.ts';
import { configFor, s3Yaml } from '../support/s3-yaml.ts';
import { startApp, TEST_SECRET, type TestApp } from '../support/test-app.ts';

const SLOW = 'Content-Length: 1000000';

describe('a connection on which no byte moves', () => {
  let app: TestApp;
  beforeAll(
    async () => (app = await startApp({ schema: openBucket(), env: { ALYX_SERVER_IDLE_TIMEOUT: '300ms' } })),
  );
  afterAll(() => app.dispose());

  it.each([
    ['before its request', []],
    ['in the middle of a request’s head', ['GET /health/live HTTP/1.1\r\nHost: x\r\n']],
    [
      'in the middle of an upload',
      [`PUT /api/files/docs?name=x HTTP/1.1\r\nHost: x\r\n${SLOW}\r\n\r\n`, Buffer.alloc(5000)],
    ],
    [
      'before the first byte of an upload',
      [`PUT /api/files/docs?name=x HTTP/1.1\r\nHost: x\r\n${SLOW}\r\n\r\n`],
    ],
    ['after an answer', ['GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n']],
  ])('%s, is closed', async (_, pieces) => {
    const connection = await RawConnection.open(app.url);
    for (const piece of pieces) connection.write(piece);
    await connection.closed;
    await expectNothingLeft(app);
  });

  it('stays open while bytes come, however slowly', async () => {
    const connection = await RawConnection.open(app.url);
    connection.head('PUT /api/files/docs?name=slow HTTP/1.1', 'Host: x', 'Content-Length: 10');
    for (let i = 0; i < 10; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      connection.write('x');
    }
    expect((await connection.response())?.status).toBe(201);
    connection.close();
  });
});

describe('a connection whose upload the backend does not take', () => {
  it('is left alone until the client can be told', async () => {
    const s3 = await startS3Server();
    const bucket = await s3.createBucket();
    const relay = await HttpRelay.start(s3.endpoint);
    const backend = s3Yaml(s3, bucket, relay.url).replace(' }', ', idle_timeout: 500ms }');
    const app = await startApp({
      schema: openBucket().replace('backend: local', 'backend: s3'),
      config: configFor(TEST_SECRET, `s3: ${backend}`),
      env: { ALYX_SERVER_IDLE_TIMEOUT: '300ms' },
    });
    relay.intercept = () => true;
    const connection = await RawConnection.open(app.url);
    connection.head('PUT /api/files/docs?name=x HTTP/1.1', 'Host: x', 'Content-Length: 60000000');
    connection.write(Buffer.alloc(60_000_000));
    expect((await connection.response())?.status).toBe(503);
    connection.close();
    await app.dispose();
    await relay.stop();
    await s3.stop();
  });
});

describe('a whole request', () => {
  it('may be given a limit, after which it is cut', async () => {
    const app = await startApp({ schema: openBucket(), env: { ALYX_SERVER_REQUEST_TIMEOUT: '1s' } });
    expect(app.app.http.server.requestTimeout).toBe(1000);
    await app.dispose();
  });

  it('has none unless one is set', async () => {
    const app = await startApp({ schema: openBucket() });
    expect(app.app.http.server.requestTimeout).toBe(0);
    await app.dispose();
  });
});

describe('a refused upload', () => {
  it('gets its answer though it is still being sent, and then loses the connection', async () => {
    const schema = `buckets:\n  small: { backend: local, max_file_size: 1KB, rules: ${OPEN_RULES} }\n`;
    const app = await startApp({ schema });
    const response = await app.request('/api/files/small?name=x', {
      method: 'PUT',
      body: Buffer.alloc(8_000_000),
    });
    expect(response.status).toBe(413);
    await response.text();

    const connection = await RawConnection.open(app.url);
    connection.head('PUT /api/files/small?name=x HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked');
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(0x100000), Buffer.from('\r\n')]);
    for (let i = 0; i < 40; i += 1) connection.write(chunk);
    expect((await connection.response())?.status).toBe(413);
    await connection.closed;
    await app.dispose();
  });

  it('leaves the connection usable when its rest has come in', async () => {
    const app = await startApp({ schema: openBucket() });
    await store(app, 'docs', 'taken', 'x');
    const connection = await RawConnection.open(app.url);
    connection.head('PUT /api/files/docs?name=taken HTTP/1.1', 'Host: x', 'Content-Length: 5').write('hello');
    expect((await connection.response())?.status).toBe(409);
    connection.head('GET /health/live HTTP/1.1', 'Host: x');
    expect((await connection.response())?.status).toBe(200);
    connection.close();
    await app.dispose();
  });
});

describe('a request that comes on an open connection while the server is stopping', () => {
  it('is refused in the envelope, and what was begun before is answered', async () => {
    const app = await startApp({ schema: openBucket() });
    const connection = await RawConnection.open(app.url);
    const head = ['PUT /api/files/docs?name=x HTTP/1.1', 'Host: x', 'Content-Length: 300005'];
    connection.head(...head).write('x'.repeat(300_000));
    await vi.waitFor(() => expect(openFiles(app)).toHaveLength(1), { timeout: 10_000 });
    const closing = app.app.close(30_000);
    connection.write('56789GET /api/files/docs HTTP/1.1\r\nHost: x\r\n\r\n');
    expect((await connection.response())?.status).toBe(201);
    const answer = await connection.response();
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5', connection: 'close' } });
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    await closing;
    await app.dispose();
  });
});

describe('a client that waits to be told to go on', () => {
  let app: TestApp;
  beforeAll(async () => (app = await startApp({ schema: openBucket() })));
  afterAll(() => app.dispose());

  it.each([
    ['once, for JSON', 'POST /api/files/docs/batch-delete', 'application/json', [100, 400]],
    ['for JSON, however its type is written', 'POST /api/files/docs/batch-delete', 'Application/JSON ;charset=utf-8', [100, 400]], // prettier-ignore
    ['for JSON that nobody wants', 'POST /api/nothing', 'application/json', [100, 404]],
    ['once, for an upload of JSON', 'PUT /api/files/docs?name=a.json', 'application/json', [100, 201]],
    ['never, for an upload of JSON that is refused', 'PUT /api/files/nowhere?name=a.json', 'application/json', [404]], // prettier-ignore
    ['never, for a type that is refused', 'POST /api/files/docs/batch-delete', 'text/plain', [415]],
  ])('is told %s', async (_, line, type, statuses) => {
    const connection = await RawConnection.open(app.url);
    const body = '{"ids":[],"more":1}';
    connection.head(
      `${line} HTTP/1.1`,
      'Host: x',
      `Content-Type: ${type}`,
      `Content-Length: ${body.length}`,
      'Expect: 100-continue',
    );
    for (const status of statuses) {
      expect((await connection.response())?.status).toBe(status);
      if (status === 100) connection.write(body);
    }
    connection.close();
  });
});
