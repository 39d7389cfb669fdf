import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBucket } from '../support/files-api.ts';
import { HttpRelay } from '../support/http-relay.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';
import { configFor, s3Yaml } from '../support/s3-yaml.ts';
import { ServerProcess } from '../support/server-process.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { startApp, TEST_SECRET } from '../support/test-app.ts';

const HOUR = 3_600_000;

let folder: TempFolder;
let s3: S3Server;
let relay: HttpRelay;
beforeEach(async () => {
  folder = makeTempFolder();
  s3 = await startS3Server();
  relay = await HttpRelay.start(s3.endpoint);
});
afterEach(async () => {
  await relay.stop();
  await s3.stop();
  folder.remove();
});

describe('a PUT that S3 carries out after the server that sent it was killed', () => {
  it('leaves nothing, whether the first cleanup after the crash comes after it or before', async () => {
    const bucket = await s3.createBucket();
    const schema = openBucket();
    const config = configFor(TEST_SECRET, `local: ${s3Yaml(s3, bucket, relay.url)}`);
    const key = await killInPut({ folder: folder.path, schema, config }, bucket);

    let now = Date.now();
    const start = () => startApp({ folder: folder.path, schema, config, clock: () => now });
    const carryOut = () => s3.client.putObject({ Bucket: bucket, Key: key, Body: 'late' });
    await carryOut();
    const first = await start();
    await first.app.cleanup.run();
    await first.close();
    await s3.expectEmpty(bucket);

    const app = await start();
    try {
      const deleted = deletions();
      await app.app.cleanup.run();
      expect(deleted(), 'deletions that were already made').toBe(0);
      await carryOut();
      now += HOUR;
      await app.app.cleanup.run();
      await s3.expectEmpty(bucket);
    } finally {
      await app.close();
    }
  });
});

/** Begins to count what S3 is asked to delete. */
function deletions(): () => number {
  let count = 0;
  relay.intercept = ({ method }) => {
    if (method === 'DELETE') count += 1;
    return false;
  };
  return () => count;
}

/** Kills a server while it waits for S3 to answer; resolves to the key of the object that S3 never had. */
async function killInPut(
  options: { folder: string; schema: string; config: string },
  bucket: string,
): Promise<string> {
  const sent = Promise.withResolvers<string>();
  relay.intercept = ({ method, url = '' }) => {
    if (method === 'PUT') sent.resolve(new URL(url, relay.url).pathname.replace(`/${bucket}/`, ''));
    return method === 'PUT';
  };
  const server = await ServerProcess.start(options);
  const upload = { method: 'PUT', body: 'late' };
  const answer = server.request('/api/files/docs?name=a', upload).catch((error: unknown) => error);
  const key = await sent.promise;
  await server.kill();
  expect(await answer).toBeInstanceOf(Error);
  relay.intercept = () => false;
  return key;
}
