import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Upload } from 'tus-js-client';
import { OPEN_RULES, refusal, type FileJson } from '../support/files-api.ts';
import { ask, listOf, make, send, type RecordJson } from '../support/records-api.ts';
import { configFor, s3Yaml } from '../support/s3-yaml.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { startApp, TEST_SECRET, type TestApp } from '../support/test-app.ts';

const CHUNK = 2 ** 18;
const content = Buffer.from(
  Array.from({ length: 20_000 }, (_, line) => `line ${line} of a file that shrinks well\n`).join(''),
);

let server: S3Server;

beforeAll(async () => {
  server = await startS3Server();
});

afterAll(() => server.stop());

const OWNER = 'auth.id == doc.author_id';

function schema(backend: string, compression: string): string {
  return `
buckets:
  docs: { backend: ${backend}, compression: ${compression}, rules: ${OPEN_RULES} }
  texts:
    backend: ${backend}
    compression: ${compression}
    rules: { create: auth.id != null, read: "true", download: auth.id != null, delete: auth.id == file.owner_id }
collections:
  posts:
    fields:
      id: { type: uuid, primary: true, default: auto }
      title: { type: string, minLength: 1 }
      author_id: { type: string }
      cover: { type: file, nullable: true, file: { bucket: texts, onDelete: cascade } }
      gallery: { type: 'file[]', file: { bucket: texts, allowed_types: [text/*], max_files: 3, onDelete: cascade } }
    rules: { create: auth.id != null && ${OWNER}, read: "true", update: ${OWNER}, delete: ${OWNER} }
`;
}

/** Uploads in chunks as a browser would; resolves to the new file's id. */
function upload(app: TestApp, path: string, bucket = 'docs', as?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const resumable = new Upload(content, {
      endpoint: `${app.url}/api/files/${bucket}/tus`,
      chunkSize: CHUNK,
      ...(as !== undefined && { headers: { authorization: `Bearer ${app.token(as)}` } }),
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

/** A post with a cover and a gallery, uploaded in chunks by its author. */
async function publish(app: TestApp, title: string): Promise<RecordJson> {
  const paths = ['cover', 'one', 'two'].map((part) => `${title}/${part}.txt`);
  const [cover, ...gallery] = await Promise.all(paths.map((path) => upload(app, path, 'texts', 'ann')));
  return make(app, 'posts', { title, author_id: 'ann', cover, gallery }, { as: 'ann' });
}

interface ExpandedFile extends FileJson {
  readonly download_url: string | null;
  readonly view_url: string | null;
}

/** The post as a reader finds it in a list: every link works for anybody who has it, and only for its purpose. */
async function expectExpandable(app: TestApp, { id, title, cover, gallery }: RecordJson): Promise<void> {
  const query = `/posts?expand=cover,gallery&filter=title:eq:${String(title)}`;
  const { docs, total } = await listOf(app, query, { as: 'ben' });
  expect([total, docs[0]?.['id']]).toEqual([1, id]);
  const files = [docs[0]?.['cover'], docs[0]?.['gallery']].flat() as ExpandedFile[];
  expect(files.map((file) => file.id)).toEqual([cover, gallery].flat());
  for (const { download_url: download, view_url: view } of files) {
    for (const url of [download ?? '', view ?? '']) {
      const response = await fetch(new URL(url, app.url));
      expect(response.status).toBe(200);
      expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
    }
    const swapped = (download ?? '').replace('/download', '/view');
    expect((await fetch(new URL(swapped, app.url))).status).toBe(401);
  }
  // Whoever may not download gets no link.
  const anonymous = await ask(app, `/posts/${String(id)}?expand=cover`);
  expect(anonymous['cover']).toMatchObject({ id: cover, download_url: null, view_url: null });
}

/** Deletes the post; its files go with it, but for the one that `heir` uses too. */
async function expectCascade(app: TestApp, post: RecordJson, heir: RecordJson): Promise<void> {
  const [shared, own] = post['gallery'] as string[];
  const borrow = { gallery: [...(heir['gallery'] as string[]), shared] };
  expect((await send(app, 'PATCH', `/posts/${String(heir['id'])}`, borrow, { as: 'ann' })).status).toBe(200);
  const inUse = await app.request(`/api/files/texts/${String(shared)}`, { method: 'DELETE', as: 'ann' });
  expect(await refusal(inUse)).toMatchObject({ status: 409, code: 'FILE_IN_USE' });
  expect((await send(app, 'DELETE', `/posts/${String(post['id'])}`, undefined, { as: 'ben' })).status).toBe(
    403,
  );
  expect((await send(app, 'DELETE', `/posts/${String(post['id'])}`, undefined, { as: 'ann' })).status).toBe(
    204,
  );
  const left = [post['cover'], own, shared].map((id) => app.request(`/api/files/texts/${String(id)}`));
  expect((await Promise.all(left)).map(({ status }) => status)).toEqual([404, 404, 200]);
}

async function unpublish(app: TestApp, post: RecordJson): Promise<void> {
  expect((await send(app, 'DELETE', `/posts/${String(post['id'])}`, undefined, { as: 'ann' })).status).toBe(
    204,
  );
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
    const [oldPost, passing] = [await publish(app, 'old'), await publish(app, 'passing')];
    await expectExpandable(app, oldPost);
    await expectCascade(app, passing, oldPost);
    await app.close();

    app = await startApp({ folder: folder.path, config, schema: schema('second', compression) });
    const fresh = await useIt(app, compression, 'fresh.txt');
    await expectReadable(app, old);
    const [freshPost, gone] = [await publish(app, 'fresh'), await publish(app, 'gone')];
    const kept = await ask(app, `/posts/${String(oldPost['id'])}`);
    await expectExpandable(app, kept);
    await expectExpandable(app, freshPost);
    await expectCascade(app, gone, oldPost);
    expect(await app.app.files.files.countByBackend()).toEqual(
      new Map([
        ['first', 4],
        ['second', 5],
      ]),
    );
    await unpublish(app, oldPost);
    await unpublish(app, freshPost);
    await app.app.files.reaper.settle();
    await remove(app, old);
    await remove(app, fresh);
    await app.close();
    await server.expectEmpty(before);
    await server.expectEmpty(after);
    folder.remove();
  });
});
