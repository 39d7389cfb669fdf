import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OPEN_RULES, refusal, store } from '../support/files-api.ts';
import { HttpRelay } from '../support/http-relay.ts';
import { configFor, s3Yaml } from '../support/s3-yaml.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { startApp, TEST_SECRET, type TestApp } from '../support/test-app.ts';

const text = 'a line of text that shrinks well\n'.repeat(10_000);

let folder: TempFolder;
let app: TestApp | undefined;

beforeEach(() => {
  folder = makeTempFolder();
});

afterEach(async () => {
  await app?.close();
  folder.remove();
});

async function start(settings: string, ...backends: readonly string[]): Promise<TestApp> {
  await app?.close();
  app = await startApp({
    folder: folder.path,
    config: configFor(TEST_SECRET, ...backends),
    schema: `buckets: { docs: { ${settings}, rules: ${OPEN_RULES} } }\n`,
  });
  return app;
}

const A = 'a: { type: filesystem, path: ./data/a }';
const B = 'b: { type: filesystem, path: ./data/b }';

describe('a file', { timeout: 60_000 }, () => {
  it('stays readable whatever becomes of the compression and the backend of its bucket', async () => {
    const ids: string[] = [];
    for (const settings of [
      'backend: a',
      'backend: a, compression: gzip',
      'backend: b, compression: zstd',
      'backend: b, compression: none',
    ]) {
      const running = await start(settings, A, B);
      ids.push((await store(running, 'docs', `${ids.length}.txt`, text)).id);
      for (const id of ids) {
        const response = await running.request(`/api/files/docs/${id}/download`);
        expect([response.status, await response.text()]).toEqual([200, text]);
      }
    }
    const files = (await app?.app.files.files.findAll(ids)) ?? [];
    expect(files.map(({ backend, codec }) => [backend, codec])).toEqual([
      ['a', null],
      ['a', 'gzip'],
      ['b', 'zstd'],
      ['b', null],
    ]);
  });

  it('keeps the server from starting without the backend that holds it, which says how many there are', async () => {
    const running = await start('backend: a', A, B);
    await store(running, 'docs', '1.txt', text);
    await store(running, 'docs', '2.txt', text);
    await running.close();
    await expect(start('backend: b', B)).rejects.toThrow(
      '2 files lie in the backend "a", which is not in storage.backends of alyx.yml',
    );
    await start('backend: b', A, B);
  });
});

describe('a server whose S3 goes away', { timeout: 60_000 }, () => {
  let server: S3Server;
  let relay: HttpRelay;

  beforeAll(async () => {
    server = await startS3Server();
  });

  afterAll(() => server.stop());

  beforeEach(async () => {
    relay = await HttpRelay.start(server.endpoint);
  });

  afterEach(() => relay.stop());

  async function startOnS3(): Promise<TestApp> {
    return start('backend: s3', `s3: ${s3Yaml(server, await server.createBucket(), relay.url)}`);
  }

  async function readiness(running: TestApp) {
    const response = await running.request('/health/ready');
    const { checks } = (await response.json()) as { checks: { name: string; error?: string }[] };
    return { status: response.status, error: checks.find(({ name }) => name === 'backend s3')?.error };
  }

  it('says so in plain words, asks clients to come back, and recovers without a restart', async () => {
    const running = await startOnS3();
    const { id } = await store(running, 'docs', '1.txt', text);
    expect(await readiness(running)).toEqual({ status: 200, error: undefined });

    await relay.stop();
    expect(await readiness(running)).toEqual({
      status: 503,
      error: expect.stringContaining('the connection was refused; check endpoint') as string,
    });
    const requests = [
      running.request(`/api/files/docs/${id}/download`),
      running.request('/api/files/docs?name=2.txt', { method: 'PUT', body: text }),
    ];
    const { host } = new URL(relay.url);
    for (const response of await Promise.all(requests)) {
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      // Where S3 is, and what to do about it, is for the log.
      const error = 'The storage cannot serve this just now; try again.';
      expect(await refusal(response)).toMatchObject({ status: 503, code: 'BACKEND_UNAVAILABLE', error });
      const requestId = response.headers.get('x-request-id') ?? 'none';
      const told = running.logLines.find(
        (line) => line.includes(requestId) && line.includes(`cannot reach ${host}`),
      );
      expect(told).toBeDefined();
    }
    // What needs no bytes goes on.
    expect((await running.request(`/api/files/docs/${id}`)).status).toBe(200);
    expect((await running.request('/health/live')).status).toBe(200);

    await relay.resume();
    expect(await readiness(running)).toEqual({ status: 200, error: undefined });
    expect(await (await running.request(`/api/files/docs/${id}/download`)).text()).toBe(text);
    await store(running, 'docs', '2.txt', text);
  });

  it('names a bucket that is not there', async () => {
    const running = await start('backend: s3', `s3: ${s3Yaml(server, 'no-such-bucket', relay.url)}`);
    expect((await readiness(running)).error).toContain('the bucket "no-such-bucket" does not exist');
  });

  it('frees the connection to S3 of a client who goes away', async () => {
    const running = await startOnS3();
    const { id } = await store(running, 'docs', 'large.bin', Buffer.alloc(32 * 2 ** 20, 1));
    const before = relay.connections;
    const abort = new AbortController();
    const response = await running.request(`/api/files/docs/${id}/download`, { signal: abort.signal });
    await response.body?.getReader().read();
    expect(relay.connections).toBeGreaterThan(before);
    abort.abort();
    await expect.poll(() => relay.connections).toBe(before);
  });
});
