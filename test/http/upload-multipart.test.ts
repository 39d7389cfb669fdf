import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOf, openBucket, refusal, type FileJson } from '../support/files-api.ts';
import { BOUNDARY, file, form, rawForm, type Form } from '../support/form.ts';
import { expectNothingLeft, leftovers } from '../support/leftovers.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => (app = await startApp({ schema: openBucket() })));
afterAll(() => app.dispose());

const post = (request: RequestInit, as?: string) =>
  app.request('/api/files/docs', { method: 'POST', ...request, ...(as !== undefined && { as }) });

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('what is refused, and leaves nothing behind', () => {
  const NAMES = { status: 400, code: 'INVALID_NAME' };
  const MULTIPART = { status: 400, code: 'INVALID_MULTIPART' };
  const METADATA = { status: 400, code: 'INVALID_METADATA' };
  const type = (value: string) => ({ 'content-type': value });
  const whole = form(file('content'));

  const CASES: readonly (readonly [string, Form | RequestInit, object])[] = [
    ['no part at all', rawForm(`--${BOUNDARY}--\r\n`), { status: 400, code: 'FILE_REQUIRED' }],
    ['text parts only', form({ name: 'path', content: 'a' }), { status: 400, code: 'FILE_REQUIRED' }],
    ['an empty file input of a browser', form(file('', '')), { status: 400, code: 'FILE_REQUIRED' }],
    ['a text part called file', form({ name: 'file', content: 'x' }), MULTIPART],
    ['a second file', form(file('one', 'one'), file('two', 'two')), MULTIPART],
    ['a field after the file', form(file('x'), { name: 'path', content: 'late' }), MULTIPART],
    ['an unknown field', form({ name: 'colour', content: 'red' }, file('x')), MULTIPART],
    [
      'a field given twice',
      form({ name: 'path', content: 'a' }, { name: 'path', content: 'b' }, file('x')),
      MULTIPART,
    ],
    ['garbage', rawForm('this is no form at all'), MULTIPART],
    ['an empty body', rawForm(''), MULTIPART],
    ['a body cut off in the file', { ...whole, body: whole.body.subarray(0, -30) }, MULTIPART],
    ['a body cut off in the last boundary', { ...whole, body: whole.body.subarray(0, -5) }, MULTIPART],
    ['a body that goes on after its end', rawForm(whole.body.subarray(0, -2), 'and more'), MULTIPART],
    [
      'a boundary other than announced',
      { ...whole, headers: type('multipart/form-data; boundary=other') },
      MULTIPART,
    ],
    ['no boundary', { ...whole, headers: type('multipart/form-data') }, MULTIPART],
    ['an empty boundary', { ...whole, headers: type('multipart/form-data; boundary=""') }, MULTIPART],
    ['a part without a disposition', rawForm(`--${BOUNDARY}\r\n\r\nx\r\n--${BOUNDARY}--\r\n`), MULTIPART],
    [
      'a field that is not UTF-8',
      form({ name: 'path', content: Buffer.from([0xff, 0xfe]) }, file('x')),
      MULTIPART,
    ],
    ['a field of a megabyte', form({ name: 'metadata', content: 'x'.repeat(1 << 20) }, file('x')), MULTIPART],
    [
      'JSON instead of a form',
      { body: '{}', headers: type('application/json') },
      { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' },
    ],
    [
      'no content type',
      { body: Buffer.from('x'), headers: {} },
      { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' },
    ],
    ['a name with a slash', form(file('x', '../../etc/passwd')), NAMES],
    ['a name with a backslash', form(file('x', 'C:\\\\secret.txt')), NAMES],
    ['a name with NUL', form(file('x', 'a\0.png')), MULTIPART],
    ['a name with an escaped line break', form(file('x', 'a%0D%0Ab')), NAMES],
    [
      'a name that is not UTF-8',
      rawForm(Buffer.from(form(file('x', 'caf\u00e9')).body.toString(), 'latin1')),
      NAMES,
    ],
    ['the name ".."', form(file('x', '..')), NAMES],
    ['a name of 256 bytes', form(file('x', 'é'.repeat(128))), NAMES],
    [
      'a path that climbs',
      form({ name: 'path', content: 'a/../b' }, file('x')),
      { status: 400, code: 'INVALID_PATH' },
    ],
    ['an empty path', form({ name: 'path', content: '' }, file('x')), { status: 400, code: 'INVALID_PATH' }],
    [
      'a path of 1025 bytes',
      form({ name: 'path', content: `${'a/'.repeat(512)}b` }, file('x')),
      { status: 400, code: 'INVALID_PATH' },
    ],
    ['metadata that is no JSON', form({ name: 'metadata', content: '{oops' }, file('x')), METADATA],
    ['metadata that is null', form({ name: 'metadata', content: 'null' }, file('x')), METADATA],
    ['metadata that is a list', form({ name: 'metadata', content: '[1]' }, file('x')), METADATA],
    [
      'metadata with __proto__',
      form({ name: 'metadata', content: '{"__proto__": {"admin": true}}' }, file('x')),
      METADATA,
    ],
    [
      'metadata 100,000 levels deep',
      form({ name: 'metadata', content: '['.repeat(60_000) }, file('x')),
      METADATA,
    ],
    [
      'a checksum that is none',
      form({ name: 'checksum', content: 'abc' }, file('x')),
      { status: 400, code: 'VALIDATION_ERROR' },
    ],
    [
      'a checksum of other bytes',
      form({ name: 'checksum', content: sha256('y') }, file('x')),
      { status: 422, code: 'CHECKSUM_MISMATCH' },
    ],
  ];

  it.each(CASES)('%s', async (_, request, expected) => {
    const before = await leftovers(app);
    expect(await refusal(await post(request))).toMatchObject(expected);
    await expectNothingLeft(app, before);
  });
});

describe('what is taken', () => {
  const stored: FileJson[] = [];
  const upload = async (request: Form, as?: string) => {
    const response = await post(request, as);
    expect(response.status).toBe(201);
    const file = await fileOf(response);
    stored.push(file);
    return { response, file };
  };

  it('answers with the whole file and where it is', async () => {
    const fields = [
      { name: 'path', content: 'reports/2026/a.txt' },
      { name: 'metadata', content: '{"title": "Ä", "tags": ["x"]}' },
      { name: 'checksum', content: sha256('hello').toUpperCase() },
    ];
    const { response, file: json } = await upload(form(...fields, file('hello', 'a.txt')), 'anna');
    expect(json).toEqual({
      id: json.id,
      bucket: 'docs',
      name: 'a.txt',
      path: 'reports/2026/a.txt',
      mime_type: 'text/plain',
      size: 5,
      checksum: sha256('hello'),
      compressed: false,
      compression_type: null,
      stored_size: 5,
      original_size: null,
      metadata: { title: 'Ä', tags: ['x'] },
      owner_id: 'anna',
      version: 1,
      created_at: json.created_at,
      updated_at: json.created_at,
    });
    expect(json.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(json.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(response.headers.get('location')).toBe(`/api/files/docs/${json.id}`);
  });

  it.each([
    ['Unicode', 'Grüße 日本語 🎉.txt', 'Grüße 日本語 🎉.txt'],
    ['a decomposed name, composed', 'u\u0308ber.txt', '\u00fcber.txt'],
    ['percent signs', '100% %41.txt', '100% %41.txt'],
    ['escaped quotes', 'say %22hi%22.txt', 'say "hi".txt'],
    ['a semicolon and an equals sign', 'a;b=c.txt', 'a;b=c.txt'],
    ['a leading dot', '.htaccess', '.htaccess'],
    ['255 bytes', 'x'.repeat(255), 'x'.repeat(255)],
  ])('a name with %s', async (_, filename, expected) => {
    const { file: json } = await upload(form(file('x', filename)));
    expect([json.name, json.path]).toEqual([expected, expected]);
  });

  it('a name from a real FormData', async () => {
    const data = new FormData();
    data.set('file', new Blob(['x']), 'Ünï "quoted".txt');
    const { file: json } = await upload({ body: data } as unknown as Form);
    expect(json.name).toBe('Ünï "quoted".txt');
  });

  it('an empty file', async () => {
    const { file: json } = await upload(form(file('', 'empty.bin')));
    expect(json).toMatchObject({ size: 0, checksum: sha256(''), mime_type: 'application/octet-stream' });
  });

  it('content that looks like boundaries', async () => {
    const content = `\r\n--${BOUNDARY.slice(0, -1)}\r\n--\r\n--${BOUNDARY.slice(1)}--\r\n`;
    const { file: json } = await upload(form(file(content, 'tricky.txt')));
    const download = await app.request(`/api/files/docs/${json.id}/download`);
    expect(await download.text()).toBe(content);
  });

  it('does not believe the part’s own Content-Type', async () => {
    const part = `Content-Disposition: form-data; name="file"; filename="x.png"\r\nContent-Type: image/png`;
    const body = rawForm(`--${BOUNDARY}\r\n${part}\r\n\r\n<html>hi</html>\r\n--${BOUNDARY}--\r\n`);
    expect((await upload(body)).file.mime_type).toBe('text/html');
  });

  it('with and without a trailing slash', async () => {
    const response = await app.request('/api/files/docs/', { method: 'POST', ...form(file('x', 'slash')) });
    expect(response.status).toBe(201);
  });
});
