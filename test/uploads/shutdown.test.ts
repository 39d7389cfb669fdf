import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OperatorError } from '../../src/lib/errors.ts';
import { StagingFolder } from '../../src/uploads/staging-folder.ts';
import { openBucket } from '../support/files-api.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startApp, type TestApp } from '../support/test-app.ts';
import { begin, idOf, offsetOf, patch, patchHead } from '../support/tus.ts';

let app: TestApp;

beforeEach(async () => {
  app = await startApp({ schema: openBucket() });
});

afterEach(async () => {
  await app.dispose();
  rmSync(app.folder, { recursive: true, force: true });
});

/** A client that has sent 8000 of 20,000 bytes and then falls silent. */
async function half(path: string): Promise<RawConnection> {
  const connection = await RawConnection.open(app.url);
  connection.head(...patchHead(path, 'Content-Length: 20000'));
  connection.write('x'.repeat(8000));
  await vi.waitFor(() => expect(app.app.uploads.locks.isHeld(idOf(path))).toBe(true));
  return connection;
}

async function restart(): Promise<void> {
  app = await startApp({ schema: openBucket(), folder: app.folder });
}

describe('a server that is stopped while bytes come in', () => {
  it('lets the request finish', async () => {
    const path = await begin(app, 20_000);
    const connection = await half(path);
    const closing = app.app.close(10_000);
    connection.write('x'.repeat(12_000));
    expect(await connection.response()).toMatchObject({
      status: 204,
      headers: { 'alyx-file-id': idOf(path) },
    });
    await closing;
  });

  it('keeps what has come when it loses patience', async () => {
    const path = await begin(app, 20_000);
    const connection = await half(path);
    await app.app.close(50);
    await connection.closed;
    await restart();
    expect(await offsetOf(app, path)).toBe(8000);
    expect((await patch(app, path, 8000, 'x'.repeat(12_000))).status).toBe(204);
  });
});

describe('a staging folder that cannot be', () => {
  it('keeps the server from starting, and says which it is', async () => {
    const path = join(app.folder, 'a-file');
    writeFileSync(path, '');
    const opening = StagingFolder.open(path, true);
    await expect(opening).rejects.toBeInstanceOf(OperatorError);
    await expect(opening).rejects.toThrow(`cannot keep unfinished uploads in ${path} (storage.tus.path)`);
  });
});
