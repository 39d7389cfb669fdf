import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkStorage } from '../../src/operations/check-storage.ts';
import { openStorage } from '../../src/operations/storage-access.ts';
import type { StorageProblem } from '../../src/operations/storage-problem.ts';
import { collect } from '../support/collect.ts';
import { openBucket, refusal, store, type FileJson } from '../support/files-api.ts';
import { filesBelow } from '../support/leftovers.ts';
import { startApp, type TestApp } from '../support/test-app.ts';
import { sha256 } from '../support/tus.ts';

let app: TestApp;
afterEach(() => app.dispose());

async function start(settings = '', verify = 'true'): Promise<void> {
  app = await startApp({ schema: openBucket(settings), env: { ALYX_STORAGE_VERIFY_ON_READ: verify } });
}

/** Flips one bit of the only file there is. */
function flipBit(at: number): void {
  const folder = join(app.folder, 'data/storage');
  const path = join(folder, filesBelow(folder)[0] ?? '');
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(path, bytes);
}

const download = ({ id }: FileJson, headers: Readonly<Record<string, string>> = {}) =>
  app.request(`/api/files/docs/${id}/download`, { headers });

describe('storage.verify_on_read', () => {
  it('lets sound files pass', async () => {
    await start();
    for (const content of [randomBytes(300_000), Buffer.from('small'), Buffer.alloc(0)]) {
      const file = await store(app, 'docs', `${content.length}.bin`, new Uint8Array(content));
      const answer = await download(file);
      expect(answer.status).toBe(200);
      expect(sha256(Buffer.from(await answer.arrayBuffer()))).toBe(sha256(content));
    }
  });

  it('answers 500 for a damaged file that fits into one piece, and logs which it is', async () => {
    await start();
    const file = await store(app, 'docs', 'a.txt', 'so small that nothing was sent yet');
    flipBit(3);
    const { status, code, details } = await refusal(await download(file));
    expect({ status, code, details }).toEqual({
      status: 500,
      code: 'INTERNAL_ERROR',
      details: { id: file.id, reason: 'bytes_damaged' },
    });
    expect(app.logLines.join('')).toContain('has another SHA-256 than what was uploaded');
  });

  it('breaks the download of a larger one off before its last bytes', async () => {
    await start();
    const file = await store(app, 'docs', 'a.bin', new Uint8Array(randomBytes(900_000)));
    flipBit(0);
    for (const headers of [{}, { range: 'bytes=0-' }]) {
      const answer = await download(file, headers);
      await expect(answer.arrayBuffer()).rejects.toThrow();
    }
    await vi.waitFor(() => expect(app.logLines.join('')).toContain(`file ${file.id}`));
    // A part says nothing of the whole.
    expect((await download(file, { range: 'bytes=10-19' })).status).toBe(206);
  });

  it('decodes a compressed file to verify it, whatever the client accepts', async () => {
    await start('compression: gzip');
    const file = await store(app, 'docs', 'a.txt', 'again and '.repeat(100_000));
    const answer = await download(file, { 'accept-encoding': 'gzip' });
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(sha256(Buffer.from(await answer.arrayBuffer()))).toBe(file.checksum);
  });

  it('is off unless it is asked for', async () => {
    await start('', 'false');
    const file = await store(app, 'docs', 'a.txt', 'abc');
    flipBit(0);
    expect((await download(file)).status).toBe(200);
  });

  it('tells the operator of damage until a deep check finds the bytes right again', async () => {
    await start('compression: gzip');
    const file = await store(app, 'docs', 'a.txt', 'again and '.repeat(1_000));
    expect(await problems()).toEqual([]);
    flipBit(40);
    for (let attempt = 0; attempt < 2; attempt += 1) expect((await download(file)).status).toBe(500);
    await vi.waitFor(async () =>
      expect(await problems()).toMatchObject([{ code: 'BYTES_DAMAGED', subject: 'docs', count: 1 }]),
    );
    expect(await (await app.request('/metrics')).text()).toContain(
      'alyx_damaged_reads_total{bucket="docs"} 2',
    );
    expect(await check(false)).toMatchObject([{ kind: 'wrong_content', fileId: file.id }]);
    flipBit(40);
    expect(await check(true)).toMatchObject([{ kind: 'bytes_back', repaired: true }]);
    expect(await problems()).toEqual([]);
  });

  it('forgets the damage of a file that is deleted', async () => {
    await start();
    const file = await store(app, 'docs', 'a.txt', 'abc');
    flipBit(0);
    expect((await download(file)).status).toBe(500);
    await vi.waitFor(async () => expect(await problems()).toHaveLength(1));
    expect((await app.request(`/api/files/docs/${file.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await problems()).toEqual([]);
  });
});

async function problems(): Promise<unknown[]> {
  const answer = await app.request('/api/admin/stats', { as: 'ops', role: 'admin' });
  return ((await answer.json()) as { problems: unknown[] }).problems;
}

async function check(repair: boolean): Promise<StorageProblem[]> {
  const storage = await openStorage(app.config, Date.now);
  try {
    const options = { schema: app.app.files.schema, repair, deep: true, log: { warn: () => undefined } };
    return await collect(checkStorage(storage, options));
  } finally {
    await storage.close();
  }
}
