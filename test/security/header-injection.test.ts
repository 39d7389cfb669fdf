import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBucket, put, store } from '../support/files-api.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => (app = await startApp({ schema: openBucket() })));
afterAll(() => app.dispose());

describe('text that becomes part of a header', () => {
  it.each(['a\r\nSet-Cookie: x=1', 'a\nb', 'a\u0085b', 'a\u2028b', 'a\u0000b', 'a\u007fb'])(
    'is refused in a name: %j',
    async (name) => {
      expect((await put(app, 'docs', name, 'x')).status).toBe(400);
    },
  );

  it.each([
    `"; filename="evil.exe`,
    `a"\\b`.replace('\\', ''),
    `x; filename*=UTF-8''evil.exe`,
    'quote\'s "and" %22 ; , = é 日本',
    '\u00a0leading and trailing\u00a0',
  ])('stays inside of its parameter: %j', async (name) => {
    const { id } = await store(app, 'docs', name, 'x');
    const response = await app.request(`/api/files/docs/${id}/download`);
    expect(response.status).toBe(200);
    const header = String(response.headers.get('content-disposition'));
    const plain =
      /^attachment(?:; filename="((?:[^"\\]|\\.)*)")?(?:; filename\*=UTF-8''([A-Za-z0-9!#$&+\-.^_`|~%*]*))?$/.exec(
        header,
      );
    const extended = plain?.[2];
    const shown =
      extended === undefined ? String(plain?.[1]).replaceAll(/\\(.)/g, '$1') : decodeURIComponent(extended);
    expect(shown).toBe(name);
  });

  it('is not echoed from a request id that could end the line', async () => {
    const connection = await RawConnection.open(app.url);
    connection.head('GET /health/live HTTP/1.1', 'Host: x', 'X-Request-ID: a\tSet-Cookie: b');
    const response = await connection.response();
    connection.close();
    expect(response?.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is not echoed from an origin that may not come in', async () => {
    const response = await app.request('/health/live', { headers: { origin: 'https://evil.example.com' } });
    expect([...response.headers.values()].join()).not.toContain('evil');
  });
});
