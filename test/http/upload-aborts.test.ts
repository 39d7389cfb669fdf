import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { OPEN_RULES, store } from '../support/files-api.ts';
import { BOUNDARY } from '../support/form.ts';
import { expectNothingLeft, leftovers, openFiles } from '../support/leftovers.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const SCHEMA = `
buckets:
  docs: { backend: local, rules: ${OPEN_RULES} }
  squeezed: { backend: local, compression: zstd, rules: ${OPEN_RULES} }
`;

let app: TestApp;
beforeAll(async () => (app = await startApp({ schema: SCHEMA })));
afterAll(() => app.dispose());

const chunk = Buffer.alloc(300_000, 'some text ');
/** More blocks than are coded at once, and no smaller when coded. */
const noise = randomBytes(6_000_000);
const FORM_HEAD = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n`;
const FORM_TYPE = `Content-Type: multipart/form-data; boundary=${BOUNDARY}`;

/** Sends the beginning of an upload and waits until the server is writing it: there is more than it would write at once. */
async function half(head: readonly string[], ...bytes: readonly (string | Buffer)[]): Promise<RawConnection> {
  const connection = await RawConnection.open(app.url);
  connection.head(...head, 'Host: x');
  for (const piece of bytes) connection.write(piece);
  await vi.waitFor(() => expect(openFiles(app)).toHaveLength(1), { timeout: 10_000 });
  return connection;
}

describe('a client that goes away mid-upload', () => {
  it.each([
    ['raw', ['PUT /api/files/docs?name=x HTTP/1.1', 'Content-Length: 9000000'], [chunk]],
    [
      'chunked',
      ['PUT /api/files/docs?name=x HTTP/1.1', 'Transfer-Encoding: chunked'],
      ['493e0\r\n', chunk, '\r\n'],
    ],
    [
      'multipart',
      ['POST /api/files/docs HTTP/1.1', FORM_TYPE, 'Content-Length: 9000000'],
      [FORM_HEAD, chunk],
    ],
    ['compressed', ['PUT /api/files/squeezed?name=x HTTP/1.1', 'Content-Length: 9000000'], [noise]],
  ])('%s: frees its descriptor and its temporary file', async (_, head, bytes) => {
    const connection = await half(head, ...bytes);
    connection.close();
    await expectNothingLeft(app);
  });

  it('blocks nobody who wants the same path', async () => {
    const connection = await half(['PUT /api/files/docs?name=x HTTP/1.1', 'Content-Length: 9000000'], chunk);
    connection.close();
    const { id } = await store(app, 'docs', 'x', 'mine');
    await app.request(`/api/files/docs/${id}`, { method: 'DELETE' });
    await expectNothingLeft(app);
  });

  it('is no error of the server in its log', () => {
    expect(app.logLines.filter((line) => (JSON.parse(line) as { level: number }).level >= 50)).toEqual([]);
  });
});

describe('a client that stops reading mid-download', () => {
  it('frees its descriptor when it goes away', async () => {
    const { id } = await store(app, 'docs', 'large', Buffer.alloc(20_000_000));
    const connection = await RawConnection.open(app.url);
    connection.socket.pause();
    connection.head(`GET /api/files/docs/${id}/download HTTP/1.1`, 'Host: x');
    await vi.waitFor(() => expect(openFiles(app)).toHaveLength(1), { timeout: 10_000 });
    connection.close();
    await vi.waitFor(() => expect(openFiles(app)).toEqual([]), { timeout: 10_000 });
  });
});

describe('a restart', () => {
  it('finds what a crash would have left: keys that were noted and never used', async () => {
    await app.close();
    const { folder } = app;
    const again = await startApp({ schema: SCHEMA, folder });
    await again.app.cleanup.run();
    const { doomed, objects, rows } = await leftovers(again);
    expect([doomed, objects.length, rows]).toEqual([0, 1, 1]);
    await again.dispose();
  });
});
