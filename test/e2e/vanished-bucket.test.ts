import { afterEach, beforeEach, expect, it } from 'vitest';
import { OPEN_RULES, refusal, store } from '../support/files-api.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

let folder: TempFolder;
let app: TestApp | null = null;
beforeEach(() => (folder = makeTempFolder()));
afterEach(async () => {
  await app?.close();
  folder.remove();
});

const bucket = (name: string, rules = OPEN_RULES) => `  ${name}: { backend: local, rules: ${rules} }\n`;

async function start(...buckets: readonly string[]): Promise<TestApp> {
  await app?.close();
  app = null;
  return (app = await startApp({ schema: `buckets:\n${buckets.join('')}`, folder: folder.path }));
}

it('a bucket with files that has left schema.yaml keeps the server from starting, which lists all such', async () => {
  const running = await start(bucket('docs'), bucket('old'), bucket('older'), bucket('empty'));
  await store(running, 'old', '1.txt', 'text');
  await store(running, 'old', '2.txt', 'text');
  await store(running, 'older', '3.txt', 'text');
  await expect(start(bucket('docs'))).rejects.toThrow(
    '  - the bucket old is gone but has 2 files\n  - the bucket older is gone but has 1 file\n',
  );
  await start(bucket('docs'), bucket('old'), bucket('older'));
});

it('a bucket is retired by leaving out its rules, and goes once admins have emptied it', async () => {
  const { id } = await store(await start(bucket('docs'), bucket('old')), 'old', '1.txt', 'text');
  const path = `/api/files/old/${id}`;
  const retired = await start(bucket('docs'), bucket('old', '{}'));
  expect(await refusal(await retired.request(`${path}/download`, { as: 'ada' }))).toMatchObject({
    status: 403,
  });
  const asAdmin = { as: 'root', role: 'admin' };
  expect(await (await retired.request(`${path}/download`, asAdmin)).text()).toBe('text');
  expect((await retired.request(path, { method: 'DELETE', ...asAdmin })).status).toBe(204);
  expect((await (await start(bucket('docs'))).request('/api/files/docs')).status).toBe(200);
});
