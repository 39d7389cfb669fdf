import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPEN_RULES, put, refusal, store } from '../support/files-api.ts';
import { BOUNDARY, file, form } from '../support/form.ts';
import { expectNothingLeft, leftovers } from '../support/leftovers.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const LIMIT = 1_000_000;
const SCHEMA = `
buckets:
  small: { backend: local, max_file_size: 1MB, rules: ${OPEN_RULES} }
  squeezed: { backend: local, max_file_size: 1MB, compression: gzip, rules: ${OPEN_RULES} }
  pictures: { backend: local, max_file_size: 1GiB, allowed_types: [image/*, application/pdf], rules: ${OPEN_RULES} }
  standard: { backend: local, rules: ${OPEN_RULES} }
`;
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const ONE_CHUNK = (bytes: Buffer) =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);

let app: TestApp;
beforeAll(
  async () => (app = await startApp({ schema: SCHEMA, env: { ALYX_STORAGE_DEFAULT_MAX_FILE_SIZE: '3000' } })),
);
afterAll(() => app.dispose());

/** A request whose body is never finished: whatever comes back was decided without the rest. */
async function unfinished(lines: readonly string[], ...beginning: readonly (string | Buffer)[]) {
  const connection = await RawConnection.open(app.url);
  connection.head(...lines, 'Host: x');
  for (const bytes of beginning) connection.write(bytes);
  try {
    const response = await connection.response();
    return { status: response?.status, code: (JSON.parse(response?.body ?? '{}') as { code?: string }).code };
  } finally {
    connection.close();
  }
}

const putHead = (bucket: string, ...more: string[]) => [`PUT /api/files/${bucket}?name=x HTTP/1.1`, ...more];
const postHead = (bucket: string, ...more: string[]) => [
  `POST /api/files/${bucket} HTTP/1.1`,
  `Content-Type: multipart/form-data; boundary=${BOUNDARY}`,
  ...more,
];
const CHUNKED = 'Transfer-Encoding: chunked';

describe('the size', () => {
  it.each(['small', 'squeezed'])('may be exactly the limit, in %s', async (bucket) => {
    for (const size of [LIMIT, LIMIT - 1, 0]) {
      const { id, size: counted } = await store(app, bucket, 'x', Buffer.alloc(size, 'a'));
      expect(counted).toBe(size);
      await app.request(`/api/files/${bucket}/${id}`, { method: 'DELETE' });
    }
    await expectNothingLeft(app);
  });

  it.each(['small', 'squeezed'])(
    'may not be one byte over it, in %s, whatever the framing',
    async (bucket) => {
      const body = Buffer.alloc(LIMIT + 1, 'a');
      const stream = new Blob([body]).stream();
      const multipart = { method: 'POST', ...form(file(body, 'x')) };
      for (const response of [
        await put(app, bucket, 'x', body),
        await put(app, bucket, 'x', stream),
        await app.request(`/api/files/${bucket}`, multipart),
      ]) {
        expect(await refusal(response)).toMatchObject({
          status: 413,
          code: 'FILE_TOO_LARGE',
          details: { limit: LIMIT },
        });
      }
      await expectNothingLeft(app);
    },
  );

  it('has a limit where the bucket sets none', async () => {
    expect((await put(app, 'standard', 'x', Buffer.alloc(3001))).status).toBe(413);
    expect((await put(app, 'standard', 'y', Buffer.alloc(3000))).status).toBe(201);
  });

  it('is refused at once when Content-Length tells', async () => {
    const tooLarge = { status: 413, code: 'FILE_TOO_LARGE' };
    expect(await unfinished(putHead('small', `Content-Length: ${LIMIT + 1}`))).toEqual(tooLarge);
    expect(await unfinished(postHead('small', 'Content-Length: 3000000'))).toEqual(tooLarge);
  });

  it('is refused at the first byte over, while the client still sends', async () => {
    const tooMuch = ONE_CHUNK(Buffer.alloc(LIMIT + 1, 'a'));
    expect(await unfinished(putHead('small', CHUNKED), tooMuch)).toEqual({
      status: 413,
      code: 'FILE_TOO_LARGE',
    });
  });
});

describe('the type', () => {
  const notAllowed = { status: 415, code: 'TYPE_NOT_ALLOWED' };

  it.each([
    ['a PNG', 'x.png', PNG, 201],
    ['a PNG that calls itself text', 'x.txt', PNG, 201],
    ['a PDF', 'x', Buffer.from('%PDF-1.7\n'), 201],
    ['SVG', 'x.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 201],
    ['HTML that calls itself a PNG', 'x.png', Buffer.from('<!doctype html><script>alert(1)</script>'), 415],
    ['text', 'x.png', Buffer.from('just words'), 415],
    ['nothing', 'x.png', Buffer.alloc(0), 415],
  ])('%s', async (_, name, content, status) => {
    const response = await put(app, 'pictures', name, content, { headers: { 'content-type': 'image/png' } });
    expect(response.status).toBe(status);
    if (status !== 201) {
      expect(await refusal(response)).toMatchObject({
        ...notAllowed,
        details: { allowed_types: ['image/*', 'application/pdf'] },
      });
      return;
    }
    const { id } = (await response.json()) as { id: string };
    await app.request(`/api/files/pictures/${id}`, { method: 'DELETE' });
  });

  it('is refused once the first kilobytes are in, of whatever size the file would become', async () => {
    const before = await leftovers(app);
    const beginning = Buffer.alloc(4096, 'just words ');
    const part = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="x.png"\r\n\r\n`;
    expect(await unfinished(putHead('pictures', 'Content-Length: 900000000'), beginning)).toEqual(notAllowed);
    expect(await unfinished(putHead('pictures', CHUNKED), ONE_CHUNK(beginning))).toEqual(notAllowed);
    const framed = Buffer.concat([Buffer.from(part), beginning, Buffer.alloc(200, 'x')]);
    expect(await unfinished(postHead('pictures', 'Content-Length: 900000000'), framed)).toEqual(notAllowed);
    await expectNothingLeft(app, before);
  });
});
