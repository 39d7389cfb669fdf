import { afterEach, describe, expect, it, vi } from 'vitest';
import { openBucket, put } from '../support/files-api.ts';
import { RawConnection, type RawResponse } from '../support/raw-connection.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
const connections: RawConnection[] = [];

afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close();
  await app.dispose();
});

const start = async (maxUploads: number, perClient: number) =>
  void (app = await startApp({
    schema: openBucket(),
    env: {
      ALYX_SERVER_MAX_UPLOADS: String(maxUploads),
      ALYX_SERVER_MAX_UPLOADS_PER_CLIENT: String(perClient),
    },
  }));

/** An upload of ten bytes of which five have come. */
async function begin(name: string, as?: string): Promise<RawConnection> {
  const connection = await RawConnection.open(app.url);
  connections.push(connection);
  const authorization = as === undefined ? [] : [`Authorization: Bearer ${app.token(as)}`];
  connection.head(
    `PUT /api/files/docs?name=${name} HTTP/1.1`,
    'Host: x',
    'Content-Length: 10',
    'Content-Type: text/plain',
    ...authorization,
  );
  return connection.write('12345');
}

async function answerTo(connection: RawConnection): Promise<RawResponse & { code: unknown }> {
  const answer = await connection.response();
  if (answer === null) throw new Error('no answer');
  return { ...answer, code: (JSON.parse(answer.body) as { code?: unknown }).code };
}

describe('more uploads at once than', () => {
  it('one client may have are refused, until one of theirs is over; others are not', async () => {
    await start(100, 2);
    const first = await begin('a');
    await begin('b');
    await vi.waitFor(async () => {
      expect(await answerTo(await begin('c'))).toMatchObject({
        status: 429,
        code: 'RATE_LIMITED',
        headers: { 'retry-after': '1' },
      });
    });
    expect((await put(app, 'docs', 'd', 'x', { as: 'somebody' })).status).toBe(201);
    first.write('67890');
    expect((await answerTo(first)).status).toBe(201);
    await vi.waitFor(async () => expect((await put(app, 'docs', 'e', 'x')).status).toBe(201));
  });

  it('the server takes are refused with a time to try again, and what breaks off makes room', async () => {
    await start(1, 10);
    const first = await begin('a', 'ann');
    await vi.waitFor(async () => {
      expect(await answerTo(await begin('b', 'bob'))).toMatchObject({
        status: 503,
        code: 'BACKEND_UNAVAILABLE',
        headers: { 'retry-after': '5' },
      });
    });
    expect((await app.request('/api/files/docs')).status).toBe(200);
    first.close();
    await vi.waitFor(async () => expect((await put(app, 'docs', 'c', 'x')).status).toBe(201));
  });

  it.each([
    ['POST', '', 'PUT'],
    ['PUT', '', 'GET'],
    ['PUT', '/tus', 'POST'],
    ['PATCH', '/tus', 'post'],
    ['GET', '/tus/0f0f0f0f-0000-4000-8000-000000000000', 'PATCH'],
    ['DELETE', '/tus/0f0f0f0f-0000-4000-8000-000000000000', 'PATCH'],
  ])(
    'the server takes are refused whatever method carries them: %s …%s for %s',
    async (method, path, meant) => {
      await start(1, 10);
      await begin('a');
      await vi.waitFor(async () => {
        // Past `app.request`, which knows what the API's document says of the method on the wire.
        const response = await fetch(`${app.url}/api/files/docs${path}`, {
          method,
          headers: {
            authorization: `Bearer ${app.token('bob')}`,
            'tus-resumable': '1.0.0',
            'x-http-method-override': meant,
          },
        });
        expect(response.status).toBe(503);
      });
    },
  );

  it('the server takes are not counted for a crowd that left before its turn came', async () => {
    await start(1, 1);
    const crowd = await Promise.all(Array.from({ length: 200 }, (_, n) => begin(String(n), `user-${n}`)));
    for (const connection of crowd) connection.close();
    await vi.waitFor(async () => expect((await put(app, 'docs', 'own', 'x')).status).toBe(201));
    await vi.waitFor(async () => {
      const metrics = await (await app.request('/metrics')).text();
      expect(metrics).toMatch(/^alyx_uploads_in_flight 0$/m);
      expect(metrics).not.toMatch(/status="500"/);
    });
  });
});
