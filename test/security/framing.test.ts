import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { list, openBucket } from '../support/files-api.ts';
import { BOUNDARY } from '../support/form.ts';
import { expectNothingLeft } from '../support/leftovers.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => (app = await startApp({ schema: openBucket() })));
afterAll(() => app.dispose());

const PUT = 'PUT /api/files/docs?name=smuggled HTTP/1.1';
const HIDDEN = 'DELETE /api/files/docs/x HTTP/1.1\r\nHost: x\r\n\r\n';

/** All statuses that come back until the server closes the connection. */
async function statuses(...bytes: readonly (string | Buffer)[]): Promise<number[]> {
  const connection = await RawConnection.open(app.url);
  for (const piece of bytes) connection.write(piece);
  const found: number[] = [];
  for (
    let response = await connection.response();
    response !== null;
    response = await connection.response()
  ) {
    found.push(response.status);
  }
  connection.close();
  return found;
}

const request = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;

describe('a request whose end two readers could see in two places', () => {
  it.each([
    [
      'both Content-Length and Transfer-Encoding',
      request(PUT, 'Host: x', 'Content-Length: 4', 'Transfer-Encoding: chunked') + `0\r\n\r\n${HIDDEN}`,
    ],
    ['two lengths', request(PUT, 'Host: x', 'Content-Length: 4', 'Content-Length: 5') + `xxxx${HIDDEN}`],
    ['a list of lengths', request(PUT, 'Host: x', 'Content-Length: 4, 5') + 'xxxx'],
    ['a negative length', request(PUT, 'Host: x', 'Content-Length: -1')],
    ['a length with a sign', request(PUT, 'Host: x', 'Content-Length: +4') + 'xxxx'],
    ['a length in hex', request(PUT, 'Host: x', 'Content-Length: 0x4') + 'xxxx'],
    [
      'a length beyond all numbers',
      request(PUT, 'Host: x', 'Content-Length: 99999999999999999999999') + 'xxxx',
    ],
    [
      'an unknown transfer coding',
      request(PUT, 'Host: x', 'Transfer-Encoding: xchunked') + `0\r\n\r\n${HIDDEN}`,
    ],
    [
      'a transfer coding behind chunked',
      request(PUT, 'Host: x', 'Transfer-Encoding: chunked, identity') + `0\r\n\r\n${HIDDEN}`,
    ],
    ['a space before the colon', request(PUT, 'Host: x', 'Content-Length : 4') + 'xxxx'],
    ['a folded header', request(PUT, 'Host: x', 'X: a', ' Content-Length: 4') + 'xxxx'],
    ['a bare CR in a header', request(PUT, 'Host: x', 'X: a\rContent-Length: 4') + 'xxxx'],
    [
      'a chunk size that is none',
      request(PUT, 'Host: x', 'Transfer-Encoding: chunked') + 'zz\r\nxx\r\n0\r\n\r\n',
    ],
    [
      'a chunk longer than it says',
      request(PUT, 'Host: x', 'Transfer-Encoding: chunked') + '2\r\nxxxx\r\n0\r\n\r\n',
    ],
    [
      'a chunk size beyond all numbers',
      request(PUT, 'Host: x', 'Transfer-Encoding: chunked') + 'ffffffffffffffffff\r\nx\r\n',
    ],
    ['NUL in a header', request(PUT, 'Host: x', 'X: a\0b')],
    ['no Host', request('GET /health/live HTTP/1.1')],
    ['a line that is no request', 'HELLO\r\n\r\n'],
  ])('%s: is refused, and nothing behind it is answered', async (_, bytes) => {
    const found = await statuses(bytes);
    expect(found.length).toBeLessThanOrEqual(1);
    for (const status of found) expect(status).toBe(400);
    await expectNothingLeft(app);
  });

  it.each([
    ['of a known length', request(PUT, 'Host: x', 'Content-Length: 10') + 'xxxx'],
    ['in chunks', request(PUT, 'Host: x', 'Transfer-Encoding: chunked') + '4\r\nxxxx\r\n'],
  ])('a body %s, cut off by the end of the connection, makes no file', async (_, bytes) => {
    const connection = await RawConnection.open(app.url);
    connection.write(bytes).socket.end();
    await connection.closed;
    await expectNothingLeft(app);
  });

  it('a request hidden in a body stays a body', async () => {
    const length = Buffer.byteLength(HIDDEN);
    expect(
      await statuses(request(PUT, 'Host: x', `Content-Length: ${length}`, 'Connection: close'), HIDDEN),
    ).toEqual([201]);
    const [kept] = (await list(app, 'docs')).files;
    expect(kept?.size).toBe(length);
    await app.request(`/api/files/docs/${String(kept?.id)}`, { method: 'DELETE' });
  });

  it('a request hidden in a refused form is not answered either', async () => {
    const post = request(
      'POST /api/files/docs HTTP/1.1',
      'Host: x',
      `Content-Type: multipart/form-data; boundary=${BOUNDARY}`,
      `Content-Length: ${6 + HIDDEN.length}`,
      'Connection: close',
    );
    expect(await statuses(post, 'xxxx\r\n', HIDDEN)).toEqual([400]);
  });

  it('headers of 64 KiB are refused', async () => {
    const found = await statuses(request('GET /health/live HTTP/1.1', 'Host: x', `X: ${'a'.repeat(65_536)}`));
    expect([[431], []]).toContainEqual(found);
  });

  it('a name for a method is not enough', async () => {
    const response = await app.request('/api/files/docs', {
      method: 'POST',
      headers: { 'x-http-method-override': 'DELETE' },
    });
    expect(response.status).toBe(415);
  });
});
