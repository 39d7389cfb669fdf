import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Upload } from 'tus-js-client';
import { OPEN_RULES, refusal, type FileJson } from '../support/files-api.ts';
import { configFor, s3Yaml } from '../support/s3-yaml.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { startApp, TEST_SECRET, type TestApp } from '../support/test-app.ts';

const CHUNK = 2 ** 19;
const content = Buffer.from(
  Array.from({ length: 40_000 }, (_, line) => `line ${line} of a file that shrinks well\n`).join(''),
);

let server: S3Server;

beforeAll(async () => {
  server = await startS3Server();
});

afterAll(() => server.stop());

function schema(backend: string, compression: string): string {
  return `buckets: { docs: { backend: ${backend}, compression: ${compression}, rules: ${OPEN_RULES} } }\n`;
}

/** Uploads in chunks as a browser would; resolves to the new file's id. */
function upload(app: TestApp, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const resumable = new Upload(content, {
      endpoint: `${app.url}/api/files/docs/tus`,
      chunkSize: CHUNK,
      metadata: { filename: 'lines.txt', path },
      onError: reject,
      onSuccess: () => resolve(resumable.url?.split('/').at(-1) ?? ''),
    });
    resumable.start();
  });
}

async function expectReadable(app: TestApp, id: string): Promise<void> {
  const signed = await app.request(`/api/files/docs/${id}/sign?expiry=5m&operation=download`);
  const { url } = (await signed.json()) as { url: string };
  const whole = await fetch(new URL(url, app.url), { headers: { 'accept-encoding': 'identity' } });
  expect(whole.status).toBe(200);
  expect(Buffer.from(await whole.arrayBuffer()).equals(content)).toBe(true);
  const late = await app.request(`/api/files/docs/${id}/download`, {
    headers: { range: `bytes=${content.length - 1000}-` },
  });
  expect(late.status).toBe(206);
  expect(Buffer.from(await late.arrayBuffer()).equals(content.subarray(-1000))).toBe(true);
}

async function remove(app: TestApp, id: string): Promise<void> {
  expect((await app.request(`/api/files/docs/${id}`, { method: 'DELETE' })).status).toBe(204);
  expect(await refusal(await app.request(`/api/files/docs/${id}/download`))).toMatchObject({
    status: 404,
    code: 'FILE_NOT_FOUND',
  });
  await app.app.files.reaper.settle();
}

/** Upload, look, sign, download, delete; leaves one file more, whose id it resolves to. */
async function useIt(app: TestApp, compression: string, kept: string): Promise<string> {
  const id = await upload(app, 'passing.txt');
  const file = (await (await app.request(`/api/files/docs/${id}`)).json()) as FileJson;
  expect(file).toMatchObject({
    size: content.length,
    mime_type: 'text/plain',
    compression_type: compression === 'none' ? null : compression,
  });
  if (compression !== 'none') expect(file.stored_size).toBeLessThan(content.length / 2);
  await expectReadable(app, id);
  await remove(app, id);
  return upload(app, kept);
}

describe.each([
  ['filesystem', 'none'],
  ['filesystem', 'gzip'],
  ['filesystem', 'zstd'],
  ['S3', 'none'],
])('a project on %s with compression %s', { timeout: 90_000 }, (kind, compression) => {
  it('goes on as before on S3, by configuration only', async () => {
    const [before, after] = [await server.createBucket(), await server.createBucket()];
    const first = kind === 'S3' ? s3Yaml(server, before) : '{ type: filesystem, path: ./data/storage }';
    const folder = makeTempFolder();
    const config = configFor(TEST_SECRET, `first: ${first}`, `second: ${s3Yaml(server, after)}`);

    let app = await startApp({ folder: folder.path, config, schema: schema('first', compression) });
    const old = await useIt(app, compression, 'old.txt');
    await app.close();

    app = await startApp({ folder: folder.path, config, schema: schema('second', compression) });
    const fresh = await useIt(app, compression, 'fresh.txt');
    await expectReadable(app, old);
    expect(await app.app.files.files.countByBackend()).toEqual(
      new Map([
        ['first', 1],
        ['second', 1],
      ]),
    );
    await remove(app, old);
    await remove(app, fresh);
    await app.close();
    await server.expectEmpty(before);
    await server.expectEmpty(after);
    folder.remove();
  });
});
