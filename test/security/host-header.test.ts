import { describe, expect, it } from 'vitest';
import { openBucket, store } from '../support/files-api.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { BASE_CONFIG, startApp, type TestApp } from '../support/test-app.ts';

/** Every URL that the server makes up for a client that calls it by these headers. */
async function urlsUnder(app: TestApp, ...headers: string[]): Promise<string[]> {
  const { id } = await store(app, 'docs', crypto.randomUUID(), 'x');
  const connection = await RawConnection.open(app.url);
  connection.head(`GET /api/files/docs/${id}/sign HTTP/1.1`, ...headers);
  const signed = JSON.parse((await connection.response())?.body ?? '{}') as { url: string };
  connection.head(
    'POST /api/files/docs/tus HTTP/1.1',
    ...headers,
    'Tus-Resumable: 1.0.0',
    'Upload-Length: 5',
    'Content-Length: 0',
  );
  const created = await connection.response();
  connection.close();
  return [signed.url, String(created?.headers['location'])];
}

const EVIL = ['Host: evil.example.com', 'X-Forwarded-Host: evil.example.com', 'X-Forwarded-Proto: https'];

describe('the Host header', () => {
  it('is in no URL: without a public_url they have no origin', async () => {
    const app = await startApp({ schema: openBucket() });
    for (const url of await urlsUnder(app, ...EVIL)) expect(url).toMatch(/^\/api\/files\/docs\//);
    for (const url of await urlsUnder(app, 'Host: a', 'Host: b'))
      expect(url).toMatch(/^(\/api\/files\/docs\/|undefined$)/);
    await app.dispose();
  });

  it('yields to public_url', async () => {
    const app = await startApp({
      schema: openBucket(),
      env: { ALYX_SERVER_PUBLIC_URL: 'https://files.example.com' },
    });
    for (const url of await urlsUnder(app, ...EVIL))
      expect(url).toMatch(/^https:\/\/files\.example\.com\/api\/files\/docs\//);
    await app.dispose();
  });

  it('counts neither when a proxy is trusted that says nothing', async () => {
    const config = BASE_CONFIG.replace('port: 0', 'port: 0, trust_proxy: [127.0.0.1]');
    const app = await startApp({ schema: openBucket(), config });
    for (const url of await urlsUnder(app, 'Host: evil.example.com'))
      expect(url).toMatch(/^\/api\/files\/docs\//);
    const forwarded = ['Host: internal', 'X-Forwarded-Host: files.example.com', 'X-Forwarded-Proto: https'];
    for (const url of await urlsUnder(app, ...forwarded))
      expect(url).toMatch(/^https:\/\/files\.example\.com\/api\/files\/docs\//);
    const nonsense = ['Host: internal', 'X-Forwarded-Host: a"><script>', 'X-Forwarded-Proto: javascript'];
    for (const url of await urlsUnder(app, ...nonsense)) expect(url).toMatch(/^\/api\/files\/docs\//);
    await app.dispose();
  });

  it('of an untrusted client changes nothing about who is asking either', async () => {
    const app = await startApp({ schema: openBucket() });
    await (await app.request('/api/files/docs', { headers: { 'x-forwarded-for': '203.0.113.9' } })).text();
    expect(app.logLines.join('')).not.toContain('203.0.113.9');
    await app.dispose();
  });
});
