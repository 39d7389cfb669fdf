import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Alyx, writeProject } from '../support/alyx.ts';
import { openBucket, type FileListJson } from '../support/files-api.ts';
import { filesBelow } from '../support/leftovers.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';

const HALF = Buffer.alloc(500_000, 'x');

let temp: TempFolder;
beforeEach(() => {
  temp = makeTempFolder();
  writeProject(temp.path, openBucket());
});
afterEach(() => temp.remove());

const serve = (env: Record<string, string> = {}) => Alyx.serve({ cwd: temp.path, env });

/** An upload that stays half-way. */
async function startUpload({ url }: Alyx): Promise<RawConnection> {
  const upload = await RawConnection.open(url);
  const length = `Content-Length: ${HALF.length * 2}`;
  upload.head('PUT /api/files/docs?name=x HTTP/1.1', 'Host: x', length).write(HALF);
  const temporary = join(temp.path, 'data', 'storage', '.alyx-tmp');
  await vi.waitFor(() => expect(readdirSync(temporary)).toHaveLength(1), { timeout: 10_000 });
  return upload;
}

/** Waits until no new connection is accepted. */
async function stopsAccepting({ url }: Alyx): Promise<void> {
  const isOpen = () =>
    RawConnection.open(url).then(
      (connection) => {
        connection.close();
        return true;
      },
      () => false,
    );
  await vi.waitFor(async () => expect(await isOpen()).toBe(false), { timeout: 10_000 });
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('lets a running upload finish, takes no new one, and closes the database', async () => {
    const alyx = await serve();
    const upload = await startUpload(alyx);
    alyx.signal(signal);
    await stopsAccepting(alyx);
    upload.write(HALF);
    expect((await upload.response())?.status).toBe(201);
    expect(await alyx.exit()).toBe(0);
    expect(alyx.stdout).toContain('stopped');
    expect(readdirSync(join(temp.path, 'data')).filter((name) => /-(wal|shm)$/.test(name))).toEqual([]);
    upload.close();

    const again = await serve();
    const { total } = (await (await fetch(`${again.url}/api/files/docs`)).json()) as FileListJson;
    expect(total).toBe(1);
    await again.stop();
  });
});

describe('a shutdown', () => {
  it('ends idle connections at once', async () => {
    const alyx = await serve();
    const idle = await RawConnection.open(alyx.url);
    idle.head('GET /health/live HTTP/1.1', 'Host: x');
    await idle.response();
    expect(await alyx.stop()).toBe(0);
    await idle.closed;
  });

  it('cuts what takes longer than shutdown_timeout, and leaves nothing of it', async () => {
    const alyx = await serve({ ALYX_SERVER_SHUTDOWN_TIMEOUT: '200ms' });
    const upload = await startUpload(alyx);
    expect(await alyx.stop()).toBe(0);
    await upload.closed;
    expect(filesBelow(join(temp.path, 'data', 'storage'))).toEqual([]);
  });

  it('happens at once at the second signal', async () => {
    const alyx = await serve({ ALYX_SERVER_SHUTDOWN_TIMEOUT: '10m' });
    const upload = await startUpload(alyx);
    alyx.signal('SIGTERM');
    await alyx.says(/letting requests in flight finish/);
    alyx.signal('SIGTERM');
    expect(await alyx.exit()).toBe(1);
    upload.close();
    await (await serve()).stop();
  });
});
