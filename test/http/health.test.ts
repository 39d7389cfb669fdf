import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBucket, put, refusal, store } from '../support/files-api.ts';
import { HttpRelay } from '../support/http-relay.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startS3Server } from '../support/s3-server.ts';
import { configFor, s3Yaml } from '../support/s3-yaml.ts';
import { startApp, TEST_SECRET, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => (app = await startApp({ schema: openBucket() })));
afterAll(() => app.dispose());

const health = async (path: string) => {
  const response = await app.request(path);
  return [response.status, await response.json()];
};

describe('health', () => {
  it('is well while the database and every backend in use answer', async () => {
    expect(await health('/health/live')).toEqual([200, { status: 'ok' }]);
    const checks = ['database', 'backend local'].map((name) => ({ name, status: 'ok' }));
    expect(await health('/health/ready')).toEqual([200, { status: 'ok', checks }]);
  });

  it('is alive but not ready while a disk is missing, and uploads and downloads say so', async () => {
    const { id } = await store(app, 'docs', 'kept', 'kept');
    const folder = join(app.folder, 'data', 'storage');
    renameSync(folder, `${folder}-unmounted`);
    expect((await health('/health/live'))[0]).toBe(200);
    const [status, body] = await health('/health/ready');
    expect(status).toBe(503);
    expect(body).toMatchObject({
      status: 'unavailable',
      checks: [{ status: 'ok' }, { status: 'unavailable' }],
    });
    expect(JSON.stringify(body)).not.toContain(app.folder);

    const upload = await put(app, 'docs', 'x', 'x');
    expect(upload.headers.get('retry-after')).toBe('5');
    const download = await app.request(`/api/files/docs/${id}/download`);
    for (const response of [upload, download]) {
      const { error, ...shown } = await refusal(response);
      expect(shown).toMatchObject({ status: 503, code: 'BACKEND_UNAVAILABLE' });
      expect(error).toBe('The storage cannot serve this just now; try again.');
    }
    renameSync(`${folder}-unmounted`, folder);
    expect((await health('/health/ready'))[0]).toBe(200);
    expect(await (await app.request(`/api/files/docs/${id}/download`)).text()).toBe('kept');
  });

  it('is not written into the log at every probe', () => {
    const probes = app.logLines.filter((line) => line.includes('/health/'));
    expect(probes.map((line) => (JSON.parse(line) as { level: number }).level)).toEqual(probes.map(() => 20));
  });

  it('of a backend is asked once for all who want to know at once', async () => {
    const s3 = await startS3Server();
    const relay = await HttpRelay.start(s3.endpoint);
    const config = configFor(TEST_SECRET, `s3: ${s3Yaml(s3, await s3.createBucket(), relay.url)}`);
    const remote = await startApp({ schema: openBucket().replace('backend: local', 'backend: s3'), config });
    let asked = 0;
    relay.intercept = () => {
      asked += 1;
      return false;
    };
    const connection = await RawConnection.open(remote.url);
    connection.write('GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20));
    for (let n = 0; n < 20; n += 1) expect((await connection.response())?.status).toBe(200);
    expect(asked).toBe(1);
    connection.close();
    await remote.dispose();
    await relay.stop();
    await s3.stop();
  });
});
