import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlyxError } from '../../src/sdk/runtime/alyx-error.ts';
import type { UploadOptions, UploadProgress, UploadSource } from '../../src/sdk/runtime/upload-options.ts';
import { bytesOf, noise, PNG, startSdkServer, type SdkServer, type TestClient } from './sdk-server.ts';

let server: SdkServer;
let ada: TestClient;
beforeAll(async () => {
  server = await startSdkServer();
  ada = server.as('ada');
});
afterAll(() => server.app.dispose());
beforeEach(() => void (server.requests.length = 0));

const failure = async (run: Promise<unknown>): Promise<AlyxError> =>
  run.then(
    () => expect.fail('it should have failed'),
    (error: unknown) => error as AlyxError,
  );

describe('uploading in one request', () => {
  it('returns the file as it is stored', async () => {
    const file = await ada.storage.upload('photos', new File([PNG], 'a.png', { type: 'image/png' }), {
      path: 'holidays/a.png',
      metadata: { title: 'Grüße, "Welt"', tags: ['sea'] },
    });
    expect(file).toMatchObject({
      bucket: 'photos',
      name: 'a.png',
      path: 'holidays/a.png',
      mime_type: 'image/png',
      size: PNG.length,
      checksum: createHash('sha256').update(PNG).digest('hex'),
      owner_id: 'ada',
      metadata: { title: 'Grüße, "Welt"', tags: ['sea'] },
    });
    expect(server.requests).toEqual(['PUT /api/files/photos']);
  });

  const stream = () => new Blob([noise(200_000)]).stream() as ReadableStream<Uint8Array>;
  it.each<[string, UploadSource, number]>([
    ['bytes', noise(1000), 1000],
    ['part of a larger buffer', noise(1000).subarray(10, 20), 10],
    ['an ArrayBuffer', noise(5).buffer, 5],
    ['a blob', new Blob([noise(7)]), 7],
    ['nothing', new Uint8Array(0), 0],
    ['a stream', stream(), 200_000],
    ['a stream of Node', Readable.toWeb(Readable.from([Buffer.from('abc'), Buffer.from('de')])), 5],
  ])('takes %s', async (name, source, size) => {
    const file = await ada.storage.upload('videos', source, { name });
    expect(file).toMatchObject({ name, size });
    expect((await bytesOf(await ada.storage.download('videos', file.id))).length).toBe(size);
  });

  it.each(['a"b.txt', 'a%22b.txt', 'a b+c&d=e#f?.txt', '文件 🗂.txt'])('keeps the name %s', async (name) => {
    expect((await ada.storage.upload('videos', new Blob(['x']), { name })).name).toBe(name);
  });

  it.each<[string, UploadSource]>([
    ['a blob', new Blob([noise(300_000)])],
    ['a stream', stream()],
  ])('tells the progress of %s', async (kind, source) => {
    const seen: UploadProgress[] = [];
    const { size } = await ada.storage.upload('videos', source, {
      name: `progress of ${kind}`,
      onProgress: (progress) => void seen.push(progress),
    });
    const known = source instanceof Blob;
    expect(seen.at(-1)).toEqual({ loaded: size, total: known ? size : null, percent: known ? 100 : null });
    expect(seen.map(({ loaded }) => loaded)).toEqual(
      seen.map(({ loaded }) => loaded).toSorted((a, b) => a - b),
    );
  });

  it.each<[string, UploadSource, UploadOptions, UploadProgress]>([
    ['file', new Blob([]), {}, { loaded: 0, total: 0, percent: 100 }],
    ['file in chunks', new Blob([]), { resumable: true }, { loaded: 0, total: 0, percent: 100 }],
    [
      'stream',
      new Blob([]).stream() as ReadableStream<Uint8Array>,
      {},
      { loaded: 0, total: null, percent: null },
    ],
  ])('tells the progress of an empty %s once', async (kind, source, options, progress) => {
    const seen: UploadProgress[] = [];
    const name = `empty ${kind}`;
    await ada.storage.upload('videos', source, {
      name,
      ...options,
      onProgress: (now) => void seen.push(now),
    });
    expect(seen).toEqual([progress]);
  });

  it.each<[string, string, 'photos' | 'videos', UploadSource, UploadOptions]>([
    ['FILE_TOO_LARGE', 'a file over the limit', 'photos', new Blob([noise(65537)]), { name: 'a' }],
    ['FILE_TOO_LARGE', 'one in chunks', 'photos', new Blob([noise(65537)]), { name: 'a', resumable: true }],
    [
      'TYPE_NOT_ALLOWED',
      'a type that is not allowed',
      'photos',
      new File([''], 'a.gif', { type: 'image/gif' }),
      {},
    ],
    ['INVALID_NAME', 'a blob without a name', 'videos', new Blob(['x']), {}],
    [
      'INVALID_METADATA',
      'too much metadata',
      'videos',
      new Blob([]),
      { name: 'a', metadata: { a: 'x'.repeat(4096) } },
    ],
  ])(
    'refuses with %s what cannot go well, %s, before anything is sent',
    async (code, _, bucket, source, options) => {
      const error = await failure(ada.storage.upload(bucket, source, options));
      expect(error).toMatchObject({ name: 'AlyxError', code, status: 0, requestId: null });
      expect(server.requests).toEqual([]);
    },
  );

  it('leaves the last word on the type to the server, which reads the bytes', async () => {
    const jpg = new File([PNG], 'a.jpg', { type: 'image/jpg' });
    expect(await ada.storage.upload('photos', jpg, { name: 'b.jpg' })).toMatchObject({
      mime_type: 'image/png',
    });
    const fake = new File(['%PDF-1.7 …'], 'c.png', { type: 'image/png' });
    expect(await failure(ada.storage.upload('photos', fake))).toMatchObject({
      code: 'TYPE_NOT_ALLOWED',
      status: 415,
    });
  });

  it('can be given up, and then says so', async () => {
    const controller = new AbortController();
    const slow = new ReadableStream<Uint8Array>({
      pull: (stream) => {
        stream.enqueue(new Uint8Array(10));
        controller.abort('changed my mind');
        return new Promise(() => undefined);
      },
    });
    const task = ada.storage.upload('videos', slow, { name: 'given up', signal: controller.signal });
    expect(await failure(task)).toMatchObject({ code: 'ABORTED', cause: 'changed my mind' });
    expect(task.state).toBe('aborted');
    const never = ada.storage.upload('videos', new Blob(['x']), { name: 'x', signal: AbortSignal.abort() });
    expect(await failure(never)).toMatchObject({ code: 'ABORTED' });
  });

  it('begins again after a pause', async () => {
    const task = ada.storage.upload('videos', new Blob([noise(1000)]), { name: 'paused' });
    task.pause();
    expect(task.state).toBe('paused');
    task.resume();
    expect(await task).toMatchObject({ name: 'paused', size: 1000 });
    expect(task.state).toBe('done');
  });
});

describe('files', () => {
  it('are found, changed, read in parts, and deleted', async () => {
    const { id } = await ada.storage.upload('photos', new Blob(['0123456789']), { name: 'digits.txt' });
    expect(await ada.storage.get('photos', id)).toMatchObject({ id, mime_type: 'text/plain' });
    expect(await ada.storage.update('photos', id, { metadata: { a: 1 } })).toMatchObject({ version: 2 });
    const range = { start: 2, end: 4 };
    expect(await (await ada.storage.download('photos', id, { range })).text()).toBe('234');
    expect(await (await ada.storage.view('photos', id)).text()).toBe('0123456789');
    expect(await new Response(await ada.storage.stream('photos', id, { range: { start: 8 } })).text()).toBe(
      '89',
    );
    await ada.storage.delete('photos', id);
    expect(await failure(ada.storage.get('photos', id))).toMatchObject({
      code: 'FILE_NOT_FOUND',
      status: 404,
    });
  });

  it('are listed page by page', async () => {
    const eve = server.as('eve');
    for (const name of ['one', 'two', 'three'])
      await eve.storage.upload('videos', new Blob([name]), { name });
    const first = await eve.storage.list('videos', { limit: 2, sort: 'name' });
    expect(first).toMatchObject({ total: 3, files: [{ name: 'one' }, { name: 'three' }] });
    const rest = await eve.storage.list('videos', {
      limit: 2,
      sort: 'name',
      cursor: first.next_cursor ?? '',
    });
    expect(rest).toMatchObject({ next_cursor: null, files: [{ name: 'two' }] });
    expect((await eve.storage.list('videos', { search: 'thr', mimeType: 'text/*' })).total).toBe(1);
    const ids = [...first.files, ...rest.files].map(({ id }) => id);
    const gone = '01900000-0000-7000-8000-000000000000';
    expect(await eve.storage.deleteMany('videos', [...ids, gone])).toMatchObject({
      deleted: ids,
      failed: [{ id: gone, code: 'FILE_NOT_FOUND' }],
    });
  });

  it('have an address that needs no log-in', async () => {
    const { id } = await ada.storage.upload('videos', new Blob(['secret']), { name: 'secret' });
    const url = await ada.storage.getUrl('videos', id, { operation: 'view', expiry: '1m' });
    expect(url.startsWith(`${server.app.url}/api/files/videos/${id}/view?token=`)).toBe(true);
    expect(await (await fetch(url)).text()).toBe('secret');
    expect((await fetch(`${server.app.url}/api/files/videos/${id}/view`)).status).toBe(401);
  });
});

describe('errors', () => {
  it.each([
    'not a url',
    '127.0.0.1:8080',
    'localhost:8080',
    'ftp://example.com',
    '//example.com',
    'http://',
    undefined,
  ])('tell at once that %s is no address of a server', (url) => {
    const make = () => server.client({ url: url as string });
    expect(make).toThrow(
      expect.objectContaining({ name: 'AlyxError', code: 'INVALID_URL', details: { url } }),
    );
    expect(make).toThrow(String(url));
  });

  it.each(['http://127.0.0.1:8080', 'https://example.com/alyx/', 'HTTP://[::1]:8080', '/', '', '/alyx'])(
    'leave the address "%s" alone',
    (url) => {
      expect(() => server.client({ url })).not.toThrow();
    },
  );

  it('carry what the server says', async () => {
    await ada.storage.upload('videos', new Blob(['x']), { name: 'twice' });
    const error = await failure(ada.storage.upload('videos', new Blob(['y']), { name: 'twice' }));
    expect(error).toMatchObject({ code: 'FILE_EXISTS', status: 409, details: { path: 'twice' } });
    expect(error.message).toContain('twice');
    expect(error.requestId).not.toBeNull();
    const { id } = await ada.storage.upload('videos', new Blob(['x']), { name: 'once' });
    const wrong = await failure(ada.storage.update('videos', id, { colour: 'red' } as object));
    expect(wrong.problems).toEqual([{ field: 'colour', code: 'unknown', message: 'is not known here' }]);
    const anonymous = server.client().storage.upload('videos', new Blob(['x']), { name: 'x' });
    expect(await failure(anonymous)).toMatchObject({ code: 'UNAUTHORIZED', status: 401 });
  });

  it('tell when nobody answers, or somebody else does', async () => {
    const nowhere = server.client({ url: 'http://127.0.0.1:1', fetch: globalThis.fetch });
    expect(await failure(nowhere.storage.list('photos'))).toMatchObject({ code: 'NETWORK_ERROR', status: 0 });
    const answering = (body: string, init: ResponseInit) =>
      server.client({ fetch: async () => new Response(body, init) }).storage.list('photos');
    expect(await failure(answering('<h1>Bad Gateway</h1>', { status: 502 }))).toMatchObject({
      code: 'UNEXPECTED_RESPONSE',
      status: 502,
    });
    expect(await failure(answering('<h1>Welcome</h1>', { status: 200 }))).toMatchObject({
      code: 'UNEXPECTED_RESPONSE',
    });
    const busy = JSON.stringify({ error: 'Slow down.', code: 'RATE_LIMITED', request_id: 'r' });
    expect(await failure(answering(busy, { status: 429, headers: { 'retry-after': '7' } }))).toMatchObject({
      code: 'RATE_LIMITED',
      requestId: 'r',
      retryAfter: 7,
    });
  });
});
