import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { S3Config } from '../../src/config/config.ts';
import type { Backend } from '../../src/storage/backend.ts';
import { openS3Backend } from '../../src/storage/s3-backend.ts';
import { inChunks } from '../support/bodies.ts';
import { collect } from '../support/collect.ts';
import { HttpRelay } from '../support/http-relay.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';

const OPERATIONS: readonly (readonly [string, (backend: Backend) => Promise<unknown>])[] = [
  ['ping', (backend) => backend.ping()],
  ['put', (backend) => backend.put('photos', 'a/b', inChunks(Buffer.from('hello')))],
  ['put of many parts', (backend) => backend.put('photos', 'a/b', inChunks(Buffer.alloc(20 * 2 ** 20)))],
  ['get', (backend) => backend.get('photos', 'a/b')],
  ['stat', (backend) => backend.stat('photos', 'a/b')],
  ['delete', (backend) => backend.delete('photos', 'a/b')],
  ['list', (backend) => collect(backend.list('photos'))],
];

let server: S3Server;
let backend: Backend | undefined;
let stranger: Server | undefined;

beforeAll(async () => {
  server = await startS3Server();
});

afterAll(() => server.stop());

afterEach(async () => {
  await backend?.close();
  stranger?.close();
});

async function open(overrides: Partial<S3Config>): Promise<Backend> {
  backend = await openS3Backend('main', server.config('alyx', overrides));
  return backend;
}

/** Starts a server that is no S3 server, until the test ends; resolves to its URL. */
async function listen(started: Server): Promise<string> {
  stranger = started.listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  return `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
}

function answering(listener: RequestListener): Promise<string> {
  return listen(createHttpServer(listener));
}

/** A port on which nobody listens. */
async function closedPort(): Promise<string> {
  const endpoint = await listen(createServer());
  stranger?.close();
  return endpoint;
}

describe.each(OPERATIONS)('%s names what is wrong:', (_name, operation) => {
  it('a missing bucket', async () => {
    await expect(operation(await open({ bucket: 'no-such-bucket' }))).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: `The storage backend "main" cannot serve: the bucket "no-such-bucket" does not exist at ${new URL(server.endpoint).host}: create it (Alyx never creates buckets) or correct bucket.`,
    });
  });

  it('a refused connection', async () => {
    const endpoint = await closedPort();
    await expect(operation(await open({ endpoint }))).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('the connection was refused') as string,
    });
  });

  it('a server that accepts and never answers', async () => {
    const endpoint = await listen(createServer());
    const silent = await open({ endpoint, connectTimeout: 200, idleTimeout: 200 });
    await expect(operation(silent)).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('did not answer in time') as string,
    });
  });

  it('refused credentials, even where the answer to a HEAD cannot say so', async () => {
    const endpoint = await answering((_request, response) => {
      response.writeHead(403).end('<Error><Code>InvalidAccessKeyId</Code></Error>');
    });
    const config = { endpoint, accessKey: 'AKIANOBODY', secretKey: 'hushhush' };
    const trouble: unknown = await operation(await open(config)).catch((error: unknown) => error);
    expect(trouble).toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('refused the credentials (InvalidAccessKeyId, HTTP 403)') as string,
    });
    expect(String(trouble)).not.toMatch(/AKIANOBODY|hushhush/);
  });

  it('a web server that is no S3 server', async () => {
    const endpoint = await answering((_request, response) => {
      response.writeHead(404).end('<html><body>Not found<br></html>');
    });
    await expect(operation(await open({ endpoint }))).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('did not answer as an S3 server does') as string,
    });
  });
});

it('says of a busy server that it is busy, after three attempts', async () => {
  let requests = 0;
  const endpoint = await answering((_request, response) => {
    requests += 1;
    response.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
  });
  await expect((await open({ endpoint })).get('photos', 'a/b')).rejects.toMatchObject({
    code: 'BACKEND_UNAVAILABLE',
    message: expect.stringContaining('cannot serve just now (SlowDown, HTTP 503)') as string,
  });
  expect(requests).toBe(3);
});

it('never takes a web server that answers 200 to everything for a store', async () => {
  const endpoint = await answering((_request, response) => response.end('welcome'));
  await expect(
    (await open({ endpoint })).put('photos', 'a/b', inChunks(Buffer.from('hello'))),
  ).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
});

it('leaves its bytes to an attempt that failed and may still be sent, whatever is put next', async () => {
  const first = Buffer.alloc(8 * 2 ** 20, 'first');
  const second = Buffer.alloc(8 * 2 ** 20, 'second');
  const busy = '<Error><Code>SlowDown</Code></Error>';
  const others = createHttpServer((request, response) => {
    request.resume().on('end', () => response.setHeader('etag', '"stored"').end());
  });
  let refused: Socket | undefined;
  let sent = Buffer.alloc(0);
  const listener = createServer((socket) => {
    if (refused !== undefined) return void others.emit('connection', socket);
    refused = socket.once('data', (chunk) => {
      sent = chunk;
      socket.pause().write(`HTTP/1.1 503 Busy\r\ncontent-length: ${busy.length}\r\n\r\n${busy}`);
    });
  });
  const store = await open({ endpoint: await listen(listener) });
  await store.put('photos', 'a/first', inChunks(first), { size: first.length });
  await store.put('photos', 'a/second', inChunks(second), { size: second.length });
  refused
    ?.on('data', (chunk) => (sent = Buffer.concat([sent, chunk])))
    .on('error', () => undefined)
    .resume();
  await vi.waitFor(
    () => expect(refused?.destroyed === true || sent.length > first.length).toBe(true),
    20_000,
  );
  refused?.destroy();
  const bytes = sent.subarray(sent.indexOf('\r\n\r\n') + 4);
  expect(bytes.length).toBeGreaterThan(64 * 1024);
  expect(bytes.equals(first.subarray(0, bytes.length))).toBe(true);
});

describe('a download', () => {
  it('fails, and does not end early, when the connection is cut', async () => {
    const endpoint = await answering((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('the beginning', () => response.destroy());
    });
    const download = await (await open({ endpoint })).get('photos', 'a/b');
    await expect(buffer(download)).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('cut the connection') as string,
    });
  });

  it('fails when the server falls silent', async () => {
    const endpoint = await answering((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('the beginning');
    });
    const download = await (await open({ endpoint, idleTimeout: 200 })).get('photos', 'a/b');
    await expect(buffer(download)).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('did not answer in time') as string,
    });
  });

  it('outlives a reader that is slower than the idle timeout', async () => {
    const bytes = randomBytes(4 * 2 ** 20);
    const endpoint = await answering((_request, response) => response.end(bytes));
    const download = await (await open({ endpoint, idleTimeout: 100 })).get('photos', 'a/b');
    await pause(500);
    expect((await buffer(download)).equals(bytes)).toBe(true);
  });
});

describe('a server that comes back', () => {
  let relay: HttpRelay;

  beforeEach(async () => {
    relay = await HttpRelay.start(server.endpoint);
  });

  afterEach(() => relay.stop());

  it('is used again without further ado', async () => {
    const bucket = await server.createBucket();
    const back = await open({ endpoint: relay.url, bucket });
    await back.put('photos', 'a/b', inChunks(Buffer.from('hello')));
    await relay.stop();
    await expect(back.ping()).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    await relay.resume();
    await back.ping();
    expect(await back.stat('photos', 'a/b')).toMatchObject({ size: 5 });
  });

  it('may come back with the bucket that was missing', async () => {
    const bucket = await server.createBucket();
    await server.client.deleteBucket({ Bucket: bucket });
    const back = await open({ endpoint: relay.url, bucket });
    await expect(back.ping()).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    await server.client.createBucket({ Bucket: bucket });
    await back.ping();
  });
});
