import { describe, expect, it } from 'vitest';
import { openBucket, store } from '../support/files-api.ts';
import { BASE_CONFIG, startApp } from '../support/test-app.ts';

const withCors = (cors: string) => BASE_CONFIG.replace('port: 0', `port: 0, cors: ${cors}`);
const PREFLIGHT = {
  'access-control-request-method': 'PATCH',
  'access-control-request-headers': 'authorization, upload-offset, tus-resumable, if-match',
};

describe('other origins', () => {
  it('are let in only where they are listed, and may see the headers that matter', async () => {
    const config = withCors('{ origins: ["https://app.example.com"], credentials: true, max_age: 1h }');
    const app = await startApp({ schema: openBucket(), config });
    const { id } = await store(app, 'docs', 'x', 'x');
    const ask = (
      origin: string,
      { headers = {}, method = 'GET' }: { headers?: Record<string, string>; method?: string } = {},
    ) => app.request(`/api/files/docs/${id}`, { method, headers: { origin, ...headers } });

    const preflight = await ask('https://app.example.com', { method: 'OPTIONS', headers: PREFLIGHT });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '3600',
      'access-control-allow-headers': PREFLIGHT['access-control-request-headers'],
    });
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH');

    const answer = await ask('https://app.example.com');
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(answer.headers.get('vary')).toContain('Origin');
    const exposed = String(answer.headers.get('access-control-expose-headers')).split(', ');
    for (const name of [
      'ETag',
      'Location',
      'Content-Range',
      'X-Request-ID',
      'Upload-Offset',
      'Alyx-File-Id',
    ]) {
      expect(exposed).toContain(name);
    }
    for (const origin of ['https://evil.example.com', 'https://app.example.com.evil.com', 'null']) {
      expect((await ask(origin)).headers.get('access-control-allow-origin')).toBeNull();
    }
    const refused = await ask('https://app.example.com', { headers: { authorization: 'Bearer x' } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([
      401,
      'https://app.example.com',
    ]);
    // Who says no origin is told nothing of this, and caches that it depends on the origin.
    const unasked = await app.request(`/api/files/docs/${id}`);
    expect(unasked.headers.get('vary')).toContain('Origin');
    expect(unasked.headers.get('access-control-allow-origin')).toBeNull();
    expect(unasked.headers.get('access-control-expose-headers')).toBeNull();
    await app.dispose();
  });

  it('are not let in unless the configuration says so', async () => {
    const app = await startApp({ schema: openBucket() });
    const response = await app.request('/api/files/docs', { headers: { origin: 'https://app.example.com' } });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    await app.dispose();
  });

  it('are all let in under "*", without credentials', async () => {
    const app = await startApp({ schema: openBucket(), config: withCors('{ origins: ["*"] }') });
    const response = await app.request('/api/files/docs', { headers: { origin: 'https://any.example.com' } });
    expect(['*', 'https://any.example.com']).toContain(response.headers.get('access-control-allow-origin'));
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    await app.dispose();
  });
});
