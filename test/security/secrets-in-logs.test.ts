import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBucket, store } from '../support/files-api.ts';
import { startApp, TEST_SECRET, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => (app = await startApp({ schema: openBucket() })));
afterAll(() => app.dispose());

describe('the log, at its most talkative', () => {
  it('holds no token, no signed link and no secret, whatever is asked', async () => {
    const token = app.token('anna');
    const { id } = await store(app, 'docs', 'x', 'x', { as: 'anna' });
    const path = `/api/files/docs/${id}`;
    const signed = (await (await app.request(`${path}/sign`, { as: 'anna' })).json()) as {
      url: string;
      token: string;
    };
    await (await app.request(signed.url)).text();
    await (await app.request(`${path}/download?token=wrong-${signed.token}`)).text();
    await (await app.request(`${path}/view?token=${signed.token}`)).text();
    await (await app.request(path, { headers: { authorization: `Bearer ${token}x` } })).text();
    await (await app.request(`${path}?access_token=${token}`)).text();
    await (
      await app.request(path, { headers: { authorization: 'Basic aHVudGVyMg==', cookie: 'session=hunter2' } })
    ).text();

    const log = app.logLines.join('\n');
    expect(log).toContain(path);
    for (const secret of [token, signed.token, TEST_SECRET, 'hunter2', 'aHVudGVyMg', 'token=']) {
      expect(log).not.toContain(secret);
    }
  });

  it('splits into no forged lines', async () => {
    await (
      await app.request('/api/nothing%0A%7B%22level%22:60%7D', { headers: { 'x-request-id': 'a b' } })
    ).text();
    for (const line of app.logLines) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });
});

describe('answers', () => {
  it('hold no secret and no place on the disk', async () => {
    const { id } = await store(app, 'docs', 'y', 'y');
    for (const path of [
      `/api/files/docs/${id}`,
      '/api/files/docs',
      '/health/ready',
      '/api/nothing',
      '/api/config',
    ]) {
      const text = await (await app.request(path)).text();
      for (const secret of [TEST_SECRET, app.folder, 'object_key', '"backend"'])
        expect(text).not.toContain(secret);
    }
  });
});
