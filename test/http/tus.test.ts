import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOf, openBucket, refusal } from '../support/files-api.ts';
import { BASE_CONFIG, startApp, type TestApp } from '../support/test-app.ts';
import {
  begin,
  CHUNK_TYPE,
  create,
  expectNoUploads,
  idOf,
  offsetOf,
  patch,
  sha256,
  tus,
  uploadMetadata,
} from '../support/tus.ts';

const COLLECTION = '/api/files/docs/tus';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ schema: openBucket('max_file_size: 1MiB'), env: { ALYX_STORAGE_TUS_EXPIRY: '2h' } });
});

afterAll(() => app.dispose());

/** The file that an upload has become. */
async function fileAt(path: string) {
  return fileOf(await app.request(`/api/files/docs/${idOf(path)}`));
}

describe('OPTIONS', () => {
  it.each([COLLECTION, `${COLLECTION}/`, `${COLLECTION}/some-upload`])(
    'of %s tells what the server can do, without asking for a protocol version',
    async (path) => {
      const response = await app.request(path, { method: 'OPTIONS' });
      expect(response.status).toBe(204);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'tus-resumable': '1.0.0',
        'tus-version': '1.0.0',
        'tus-extension': 'creation,creation-with-upload,expiration,termination',
        'tus-max-size': String(1024 * 1024),
      });
    },
  );

  it('of a bucket that does not exist is 404', async () => {
    const response = await app.request('/api/files/nowhere/tus', { method: 'OPTIONS' });
    expect(await refusal(response)).toMatchObject({ status: 404, code: 'BUCKET_NOT_FOUND' });
  });
});

describe('creation', () => {
  it('answers where to send the bytes and until when', async () => {
    const before = Date.now();
    const response = await create(app, 5, { metadata: { filename: 'created.txt' } });
    expect(response.status).toBe(201);
    const location = response.headers.get('location') ?? '';
    expect(location).toMatch(/^\/api\/files\/docs\/tus\/[^/]+$/);
    expect(idOf(location)).toMatch(UUID);
    expect(response.headers.get('upload-offset')).toBe('0');
    expect(response.headers.get('tus-resumable')).toBe('1.0.0');
    const expires = Date.parse(response.headers.get('upload-expires') ?? '');
    expect(expires).toBeGreaterThan(before + 7_200_000 - 2_000);
    expect(expires).toBeLessThan(Date.now() + 7_200_000 + 2_000);
    expect(await response.text()).toBe('');
  });

  it('gives the file the name, path, metadata and owner that it was announced with', async () => {
    const metadata = {
      filename: 'Grüße 🌍 – отчёт.txt',
      path: 'ordner/Grüße.txt',
      metadata: '{"title":"Bericht","pages":3}',
      filetype: 'text/plain',
      title: 'loses to the JSON',
    };
    const path = await begin(app, 5, { metadata, as: 'ann' });
    await patch(app, path, 0, 'hello', { as: 'ann' });
    expect(await fileAt(path)).toMatchObject({
      id: idOf(path),
      name: 'Grüße 🌍 – отчёт.txt',
      path: 'ordner/Grüße.txt',
      metadata: { title: 'Bericht', pages: 3, filetype: 'text/plain' },
      owner_id: 'ann',
      mime_type: 'text/plain',
      size: 5,
      checksum: sha256(Buffer.from('hello')),
    });
  });

  it('names a file after its id when nobody names it', async () => {
    const path = await begin(app, 5);
    await patch(app, path, 0, 'hello');
    expect(await fileAt(path)).toMatchObject({ name: idOf(path), path: idOf(path) });
  });

  it('of an empty file is its end, too', async () => {
    for (const metadata of [{ filename: 'empty.txt' }, {}]) {
      const response = await create(app, 0, { metadata });
      expect(response.status).toBe(201);
      const path = response.headers.get('location') ?? '';
      expect(response.headers.get('alyx-file-id')).toBe(idOf(path));
      expect(response.headers.get('upload-offset')).toBe('0');
      const name = 'filename' in metadata ? 'empty.txt' : idOf(path);
      expect(await fileAt(path)).toMatchObject({ id: idOf(path), name, size: 0 });
      expect(await offsetOf(app, path)).toBe(0);
    }
  });

  it.each([
    ['no length', { 'upload-length': '' }, 'INVALID_UPLOAD_LENGTH'],
    ['a length that is no number', { 'upload-length': 'ten' }, 'INVALID_UPLOAD_LENGTH'],
    ['a negative length', { 'upload-length': '-1' }, 'INVALID_UPLOAD_LENGTH'],
    ['a fraction', { 'upload-length': '1.5' }, 'INVALID_UPLOAD_LENGTH'],
    ['a length beyond all numbers', { 'upload-length': '9'.repeat(40) }, 'INVALID_UPLOAD_LENGTH'],
    ['a deferred length', { 'upload-length': '', 'upload-defer-length': '1' }, 'INVALID_UPLOAD_LENGTH'],
    ['a length both given and deferred', { 'upload-defer-length': '1' }, 'INVALID_UPLOAD_LENGTH'],
    ['a part of a concatenation', { 'upload-concat': 'partial' }, 'VALIDATION_ERROR'],
    ['metadata that is not base64', { 'upload-metadata': 'filename not*base64' }, 'INVALID_METADATA'],
    ['metadata that is not UTF-8', { 'upload-metadata': 'filename /w==' }, 'INVALID_METADATA'],
    ['metadata with too many words', { 'upload-metadata': 'filename YQ== YQ==' }, 'INVALID_METADATA'],
    ['a key given twice', { 'upload-metadata': 'filename YQ==,filename Yg==' }, 'INVALID_METADATA'],
    ['a key of nothing', { 'upload-metadata': 'filename YQ==,,' }, 'INVALID_METADATA'],
    ['a key that changes prototypes', { 'upload-metadata': '__proto__ YQ==' }, 'INVALID_METADATA'],
    [
      'JSON metadata that is no JSON',
      { 'upload-metadata': uploadMetadata({ metadata: '{' }) },
      'INVALID_METADATA',
    ],
    [
      'JSON metadata that is null, beside other keys',
      { 'upload-metadata': uploadMetadata({ caption: 'hello', metadata: 'null' }) },
      'INVALID_METADATA',
    ],
    [
      'JSON metadata that is no object',
      { 'upload-metadata': uploadMetadata({ metadata: '[1]' }) },
      'INVALID_METADATA',
    ],
    ['an empty name', { 'upload-metadata': 'filename' }, 'INVALID_NAME'],
    [
      'a name that climbs',
      { 'upload-metadata': uploadMetadata({ filename: '../../etc/passwd' }) },
      'INVALID_NAME',
    ],
    ['a name with a backslash', { 'upload-metadata': uploadMetadata({ filename: 'a\\b' }) }, 'INVALID_NAME'],
    ['a name with a NUL', { 'upload-metadata': uploadMetadata({ filename: 'a\0.txt' }) }, 'INVALID_NAME'],
    [
      'a name that is too long',
      { 'upload-metadata': uploadMetadata({ filename: 'ä'.repeat(128) }) },
      'INVALID_NAME',
    ],
    ['a path that climbs', { 'upload-metadata': uploadMetadata({ path: 'a/../../b' }) }, 'INVALID_PATH'],
    [
      'a checksum that is none',
      { 'upload-metadata': uploadMetadata({ checksum: 'abc' }) },
      'VALIDATION_ERROR',
    ],
    ['rules where files have none', { 'upload-metadata': uploadMetadata({ rules: '{}' }) }, 'INVALID_RULE'],
  ] as const)('is refused for %s', async (_what, headers, code) => {
    const response = await create(app, 5, { headers });
    expect(await refusal(response)).toMatchObject({ status: 400, code });
    expect(response.headers.get('location')).toBeNull();
  });
});

describe('creation with the first bytes', () => {
  const withBody = (bytes: string | ReadableStream, length: number, headers: Record<string, string> = {}) =>
    create(app, length, { body: bytes, headers: { 'content-type': CHUNK_TYPE, ...headers } });

  it('goes on from there', async () => {
    const response = await withBody('hel', 5);
    expect(response.status).toBe(201);
    expect(response.headers.get('upload-offset')).toBe('3');
    expect(response.headers.get('alyx-file-id')).toBeNull();
    const path = response.headers.get('location') ?? '';
    expect((await patch(app, path, 3, 'lo')).headers.get('alyx-file-id')).toBe(idOf(path));
    expect(await fileAt(path)).toMatchObject({ checksum: sha256(Buffer.from('hello')) });
  });

  it('may bring the whole file', async () => {
    const response = await withBody('hello', 5);
    expect(response.status).toBe(201);
    expect(response.headers.get('upload-offset')).toBe('5');
    const path = response.headers.get('location') ?? '';
    expect(response.headers.get('alyx-file-id')).toBe(idOf(path));
    expect(await fileAt(path)).toMatchObject({ size: 5, checksum: sha256(Buffer.from('hello')) });
  });

  it('may bring nothing for an empty file, in whatever way', async () => {
    for (const body of ['', new Blob([]).stream()]) {
      const response = await withBody(body, 0);
      expect(response.status).toBe(201);
      expect(await fileAt(response.headers.get('location') ?? '')).toMatchObject({ size: 0 });
    }
  });

  it('leaves nothing when it is refused', async () => {
    const refused = [
      [await withBody('abc', 0), 413, 'FILE_TOO_LARGE'],
      [await withBody(new Blob(['abc']).stream(), 0), 413, 'FILE_TOO_LARGE'],
      [await withBody('hello!', 5), 413, 'FILE_TOO_LARGE'],
      [await withBody('hello', 5, { 'content-type': 'text/plain' }), 415, 'UNSUPPORTED_MEDIA_TYPE'],
      [
        await withBody('hello', 5, {
          'upload-metadata': uploadMetadata({ checksum: sha256(Buffer.from('x')) }),
        }),
        422,
        'CHECKSUM_MISMATCH',
      ],
    ] as const;
    for (const [response, status, code] of refused) {
      expect(await refusal(response)).toMatchObject({ status, code });
      expect(response.headers.get('location')).toBeNull();
    }
  });
});

describe('HEAD', () => {
  it('tells how far the upload is, and may not be cached', async () => {
    const metadata = { filename: 'a.txt', tag: 'draft' };
    const path = await begin(app, 10, { metadata });
    await patch(app, path, 0, 'hello');
    const response = await tus(app, 'HEAD', path);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'upload-offset': '5',
      'upload-length': '10',
      'upload-metadata': uploadMetadata(metadata),
      'cache-control': 'no-store',
      'tus-resumable': '1.0.0',
    });
    expect(response.headers.get('upload-expires')).not.toBeNull();
  });

  it('of a finished upload is its whole length for as long as the file exists', async () => {
    const path = await begin(app, 5);
    await patch(app, path, 0, 'hello');
    const response = await tus(app, 'HEAD', path);
    expect(response.status).toBe(200);
    expect(response.headers.get('upload-offset')).toBe('5');
    expect(response.headers.get('upload-length')).toBe('5');
    expect(response.headers.get('alyx-file-id')).toBe(idOf(path));
    await app.request(`/api/files/docs/${idOf(path)}`, { method: 'DELETE' });
    expect((await tus(app, 'HEAD', path)).status).toBe(404);
  });

  it.each([
    '/nothing',
    '/00000000-0000-7000-8000-000000000000',
    '/%2e%2e%2fstorage',
    '/%00',
    "/x'%20OR%201=1",
  ])('of %s is 404', async (suffix) => {
    expect((await tus(app, 'HEAD', COLLECTION + suffix)).status).toBe(404);
  });
});

describe('PATCH', () => {
  it('takes the bytes and tells how many there are now', async () => {
    const path = await begin(app, 5);
    const first = await patch(app, path, 0, 'he');
    expect(first.status).toBe(204);
    expect(first.headers.get('upload-offset')).toBe('2');
    expect(first.headers.get('upload-expires')).not.toBeNull();
    const last = await patch(app, path, 2, 'llo');
    expect(last.status).toBe(204);
    expect(last.headers.get('upload-offset')).toBe('5');
    expect(last.headers.get('alyx-file-id')).toBe(idOf(path));
    const content = await app.request(`/api/files/docs/${idOf(path)}/download`);
    expect(await content.text()).toBe('hello');
  });

  it('takes bytes one by one, and none', async () => {
    const path = await begin(app, 5);
    expect((await patch(app, path, 0, '')).headers.get('upload-offset')).toBe('0');
    for (const [offset, byte] of Array.from('hello').entries()) await patch(app, path, offset, byte);
    expect(await fileAt(path)).toMatchObject({ size: 5, checksum: sha256(Buffer.from('hello')) });
  });

  it('takes a body of unknown length', async () => {
    const path = await begin(app, 5);
    const response = await patch(app, path, 0, new Blob(['hello']).stream());
    expect(response.headers.get('alyx-file-id')).toBe(idOf(path));
  });

  it.each([
    ['behind the offset', '3', 'OFFSET_MISMATCH', 409],
    ['before the offset', '1', 'OFFSET_MISMATCH', 409],
    ['beyond the length', '99', 'OFFSET_MISMATCH', 409],
    ['no offset', '', 'VALIDATION_ERROR', 400],
    ['a negative offset', '-2', 'VALIDATION_ERROR', 400],
    ['an offset that is no number', '2x', 'VALIDATION_ERROR', 400],
  ] as const)('is refused: %s', async (_what, offset, code, status) => {
    const path = await begin(app, 5);
    await patch(app, path, 0, 'he');
    const response = await patch(app, path, 2, 'l', { headers: { 'upload-offset': offset } });
    expect(await refusal(response)).toMatchObject({ status, code });
    expect(await offsetOf(app, path)).toBe(2);
  });

  it('says where the upload goes on when the offset is wrong', async () => {
    const path = await begin(app, 5);
    const response = await patch(app, path, 4, 'o');
    expect(await refusal(response)).toMatchObject({ details: { offset: 0 } });
  });

  it.each([
    ['announced', 'too long'],
    ['unannounced', () => new Blob(['too long']).stream()],
  ] as const)('keeps nothing of a chunk beyond the length (%s)', async (_what, body) => {
    const path = await begin(app, 5);
    await patch(app, path, 0, 'he');
    const response = await patch(app, path, 2, typeof body === 'string' ? body : body());
    expect(await refusal(response)).toMatchObject({ status: 413, code: 'FILE_TOO_LARGE' });
    expect(await offsetOf(app, path)).toBe(2);
    await patch(app, path, 2, 'llo');
    expect(await fileAt(path)).toMatchObject({ checksum: sha256(Buffer.from('hello')) });
  });

  it.each([undefined, 'application/octet-stream', 'text/plain', 'application/json', `${CHUNK_TYPE}x`])(
    'refuses the content type %s',
    async (type) => {
      const path = await begin(app, 5);
      const body = new Blob(['hello']).stream();
      const headers = { 'upload-offset': '0', ...(type && { 'content-type': type }) };
      const response = await tus(app, 'PATCH', path, { body, headers });
      expect(await refusal(response)).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
      expect(await offsetOf(app, path)).toBe(0);
    },
  );

  it('of what is a file already makes no second one', async () => {
    const path = await begin(app, 5, { metadata: { filename: 'once.txt' } });
    await patch(app, path, 0, 'hello');
    expect(await refusal(await patch(app, path, 0, 'hello'))).toMatchObject({ code: 'OFFSET_MISMATCH' });
    const repeated = await patch(app, path, 5, '');
    expect(repeated.status).toBe(204);
    expect(repeated.headers.get('alyx-file-id')).toBe(idOf(path));
    expect(await refusal(await patch(app, path, 5, 'more'))).toMatchObject({ code: 'FILE_TOO_LARGE' });
    const found = await app.request('/api/files/docs?search=once.txt');
    expect(await found.json()).toMatchObject({ total: 1 });
  });
});

describe('DELETE', () => {
  it('gives the upload up', async () => {
    const path = await begin(app, 5);
    await patch(app, path, 0, 'he');
    expect((await tus(app, 'DELETE', path)).status).toBe(204);
    expect((await tus(app, 'HEAD', path)).status).toBe(404);
    expect(await refusal(await patch(app, path, 2, 'llo'))).toMatchObject({ code: 'UPLOAD_NOT_FOUND' });
    expect(await refusal(await tus(app, 'DELETE', path))).toMatchObject({ status: 404 });
  });

  it('of a finished upload deletes no file', async () => {
    const path = await begin(app, 5);
    await patch(app, path, 0, 'hello');
    expect(await refusal(await tus(app, 'DELETE', path))).toMatchObject({ code: 'UPLOAD_NOT_FOUND' });
    expect(await fileAt(path)).toMatchObject({ size: 5 });
  });
});

describe('the protocol version', () => {
  it.each([undefined, '0.2.2', '1.0', '1.0.0, 1.0.0', ''])('%s is refused', async (version) => {
    const path = await begin(app, 5);
    for (const [method, url] of [
      ['POST', COLLECTION],
      ['HEAD', path],
      ['PATCH', path],
      ['DELETE', path],
    ] as const) {
      const headers = {
        'upload-length': '5',
        'upload-offset': '0',
        ...(version !== undefined && { 'tus-resumable': version }),
      };
      const response = await app.request(url, { method, headers });
      expect(response.status).toBe(412);
      expect(response.headers.get('tus-version')).toBe('1.0.0');
      if (method !== 'HEAD') expect(await refusal(response)).toMatchObject({ code: 'PRECONDITION_FAILED' });
    }
    expect(await offsetOf(app, path)).toBe(0);
  });

  it('is on every answer, a refused token too', async () => {
    const headers = { authorization: 'Bearer nonsense' };
    const response = await tus(app, 'POST', COLLECTION, { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('tus-resumable')).toBe('1.0.0');
  });
});

describe('X-HTTP-Method-Override', () => {
  const override = (method: string, meant: string, path: string, options: Parameters<typeof tus>[3] = {}) =>
    tus(app, method, path, { ...options, headers: { ...options.headers, 'x-http-method-override': meant } });

  it('is the method, whatever the request says', async () => {
    const created = await override('PATCH', 'POST', COLLECTION, { headers: { 'upload-length': '5' } });
    expect(created.status).toBe(201);
    const path = created.headers.get('location') ?? '';
    const chunk = { body: 'he', headers: { 'upload-offset': '0', 'content-type': CHUNK_TYPE } };
    const patched = await override('POST', 'PATCH', path, chunk);
    expect(patched.status).toBe(204);
    expect(patched.headers.get('upload-offset')).toBe('2');
    const head = await override('GET', 'head', path);
    expect(head.status).toBe(200);
    expect(head.headers.get('upload-offset')).toBe('2');
    expect((await override('POST', 'OPTIONS', path)).headers.get('tus-version')).toBe('1.0.0');
    expect((await override('POST', 'DELETE', path)).status).toBe(204);
    expect((await tus(app, 'HEAD', path)).status).toBe(404);
  });

  it.each(['GET', 'PUT', 'POST', 'TRACE', 'constructor'])('of an upload to %s is 404', async (meant) => {
    const path = await begin(app, 5);
    expect(await refusal(await override('POST', meant, path))).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
    expect(await refusal(await tus(app, 'POST', path))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });
});

describe('everything', () => {
  it('leaves neither row nor byte behind', async () => {
    const later = Date.now() + 3 * 60 * 60 * 1000;
    const folder = app.folder;
    await app.close();
    const next = await startApp({ schema: openBucket(), folder, clock: () => later });
    await next.app.cleanup.run();
    await expectNoUploads(folder);
    await next.close();
  });
});

describe('an origin', () => {
  it.each([
    ['is not named where nobody is trusted to', {}, { 'x-forwarded-host': 'evil.example' }, ''],
    [
      'comes from public_url',
      { ALYX_SERVER_PUBLIC_URL: 'https://files.example' },
      {},
      'https://files.example',
    ],
    [
      'comes from a trusted proxy',
      { ALYX_SERVER_TRUST_PROXY: 'true' },
      { 'x-forwarded-host': 'proxy.example', 'x-forwarded-proto': 'https' },
      'https://proxy.example',
    ],
  ])('%s', async (_what, env, headers, origin) => {
    const own = await startApp({ schema: openBucket(), config: BASE_CONFIG, env });
    const location = (await create(own, 5, { headers })).headers.get('location') ?? '';
    expect(location.replace(idOf(location), '')).toBe(`${origin}/api/files/docs/tus/`);
    await own.dispose();
  });
});

describe('CORS', () => {
  it('lets a browser speak the protocol', async () => {
    const config = BASE_CONFIG.replace('port: 0', 'port: 0, cors: { origins: [https://app.example] }');
    const own = await startApp({ schema: openBucket(), config });
    const wanted =
      'authorization,content-type,tus-resumable,upload-length,upload-metadata,upload-offset,x-http-method-override';
    const preflight = await own.request(`${COLLECTION}/some-upload`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': wanted,
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(preflight.headers.get('access-control-allow-headers')).toBe(wanted);
    const methods = preflight.headers.get('access-control-allow-methods') ?? '';
    expect(methods.split(', ')).toEqual(
      expect.arrayContaining(['POST', 'HEAD', 'PATCH', 'DELETE', 'OPTIONS']),
    );

    const created = await create(own, 5, { headers: { origin: 'https://app.example' } });
    expect(created.headers.get('access-control-allow-origin')).toBe('https://app.example');
    const exposed = (created.headers.get('access-control-expose-headers') ?? '').toLowerCase().split(', ');
    expect(exposed).toEqual(
      expect.arrayContaining([
        'location',
        'upload-offset',
        'upload-length',
        'upload-metadata',
        'upload-expires',
        'tus-version',
        'tus-resumable',
        'tus-extension',
        'tus-max-size',
        'alyx-file-id',
      ]),
    );
    const refused = await own.request(COLLECTION, {
      method: 'POST',
      headers: { origin: 'https://app.example' },
    });
    expect(refused.status).toBe(412);
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://app.example');
    await own.dispose();
  });
});
