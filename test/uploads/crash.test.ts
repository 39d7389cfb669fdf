import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileOf, openBucket } from '../support/files-api.ts';
import { HttpRelay } from '../support/http-relay.ts';
import { startS3Server, type S3Server } from '../support/s3-server.ts';
import { ServerProcess } from '../support/server-process.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { BASE_CONFIG } from '../support/test-app.ts';
import { begin, clientUpload, expectNoUploads, idOf, offsetOf, patch, sha256 } from '../support/tus.ts';

const MIB = 1024 * 1024;
const SCHEMA = openBucket();
/** As in production: what is acknowledged is on disk. */
const CONFIG = BASE_CONFIG.replace('durable: false', 'durable: true');

let folder: TempFolder;
let server: ServerProcess;

beforeEach(() => {
  folder = makeTempFolder();
});

afterEach(async () => {
  await server.kill();
  folder.remove();
});

async function start(config = CONFIG, port = 0): Promise<ServerProcess> {
  return ServerProcess.start({ folder: folder.path, schema: SCHEMA, config, port });
}

async function expectStored(path: string, content: Buffer): Promise<void> {
  const file = await fileOf(await server.request(`/api/files/docs/${idOf(path)}`));
  expect(file).toMatchObject({ size: content.length, checksum: sha256(content) });
  const download = await server.request(`/api/files/docs/${idOf(path)}/download`);
  expect(sha256(Buffer.from(await download.arrayBuffer()))).toBe(sha256(content));
  await expectNoUploads(folder.path);
}

/** What a dead server left of an upload: the offset that it would tell, and the bytes that are there. */
function onDisk(url: string | null): { offset: number; staged: number } {
  const id = idOf(url ?? '');
  const database = new BetterSqlite3(join(folder.path, 'data/alyx.db'), { readonly: true });
  const offset = database.prepare('SELECT offset FROM _alyx_uploads WHERE id = ?').pluck().get(id) as number;
  database.close();
  return { offset, staged: statSync(join(folder.path, 'data/uploads', id)).size };
}

describe('a server that is killed with -9', () => {
  it('in the middle of a chunk lets the client go on where the bytes are safe', async () => {
    server = await start();
    const relay = await HttpRelay.start(server.url);
    let passed = 0;
    const restarted = Promise.withResolvers<Promise<void>>();
    const restart = async () => {
      await server.kill();
      const { offset, staged } = onDisk(upload.url);
      expect(offset).toBe(15 * MIB);
      expect(staged).toBeGreaterThanOrEqual(offset);
      server = await start(CONFIG, server.port);
    };
    relay.intercept = (request) => {
      request.on('data', (bytes: Buffer) => {
        passed += bytes.length;
        if (passed > 17 * MIB && passed - bytes.length <= 17 * MIB) restarted.resolve(restart());
      });
      return false;
    };
    const content = randomBytes(30 * MIB);
    const { upload, done } = clientUpload(`${relay.url}/api/files/docs/tus`, content);
    upload.start();
    await restarted.promise;
    await done;
    await expectStored(new URL(upload.url ?? '').pathname, content);
    await relay.stop();
  });

  it('between chunks forgets none of them', async () => {
    server = await start();
    const content = randomBytes(3 * MIB);
    const path = await begin(server, content.length);
    await patch(server, path, 0, content.subarray(0, MIB));
    await server.kill();
    server = await start();
    expect(await offsetOf(server, path)).toBe(MIB);
    await patch(server, path, MIB, content.subarray(MIB, 2 * MIB));
    await server.kill();
    server = await start();
    expect((await patch(server, path, 2 * MIB, content.subarray(2 * MIB))).status).toBe(204);
    await expectStored(path, content);
  });
});

describe('a server that is killed with -9 while it moves a whole upload to its backend', () => {
  let s3: S3Server;
  let relay: HttpRelay;
  let config: string;

  beforeEach(async () => {
    s3 = await startS3Server();
    relay = await HttpRelay.start(s3.endpoint);
    const { bucket, region, accessKey, secretKey } = s3.config(await s3.createBucket());
    const backend = `type: s3, endpoint: "${relay.url}", region: ${region}, bucket: ${bucket}, force_path_style: true`;
    config = CONFIG.replace(
      '{ type: filesystem, path: ./data/storage }',
      `{ ${backend}, access_key: ${accessKey ?? ''}, secret_key: ${secretKey ?? ''} }`,
    );
  });

  afterEach(async () => {
    await relay.stop();
    await s3.stop();
  });

  it('carries on when it starts, without the client', async () => {
    server = await start(config);
    const moving = Promise.withResolvers<undefined>();
    relay.intercept = ({ method }) => {
      if (method === 'PUT') moving.resolve(undefined);
      return method === 'PUT';
    };
    const content = randomBytes(MIB);
    const path = await begin(server, content.length);
    const answer = patch(server, path, 0, content).catch((error: unknown) => error);
    await moving.promise;
    await server.kill();
    expect(await answer).toBeInstanceOf(Error);

    relay.intercept = () => false;
    server = await start(config);
    await vi.waitFor(async () => expect(await offsetOf(server, path)).toBe(MIB), { timeout: 10_000 });
    await expectStored(path, content);
    expect(server.logLines.join('\n')).toContain('"uploads_finished":1');
  });
});
