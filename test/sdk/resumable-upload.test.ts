import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClientOptions } from '../../src/sdk/runtime/client.ts';
import { memoryStore } from '../../src/sdk/runtime/key-value-store.ts';
import { fileStore } from '../../src/sdk/runtime/node/file-store.ts';
import type { UploadProgress } from '../../src/sdk/runtime/upload-options.ts';
import { HttpRelay } from '../support/http-relay.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { noise, PNG, startSdkServer, type SdkServer, type TestClient } from './sdk-server.ts';

const KIB = 1024;
const CHUNK = 64 * KIB;
const CONTENT = noise(10 * CHUNK + 123);
const CHECKSUM = createHash('sha256').update(CONTENT).digest('hex');

let server: SdkServer;
let relay: HttpRelay;
/** Requests of the TUS protocol, as `METHOD offset`. */
let seen: string[];
beforeAll(async () => {
  server = await startSdkServer();
  relay = await HttpRelay.start(server.app.url);
});
afterAll(async () => {
  await relay.stop();
  await server.app.dispose();
});
const note = ({ method, url, headers }: IncomingMessage) => {
  if (url?.includes('/tus') === true)
    seen.push(`${String(method)} ${String(headers['upload-offset'] ?? '')}`.trim());
  return false;
};
beforeEach(() => {
  seen = [];
  relay.intercept = note;
});
afterEach(() => relay.resume().catch(() => undefined));

const client = (options: Partial<ClientOptions> = {}): TestClient =>
  server.as('ada', {
    url: relay.url,
    chunkSize: CHUNK,
    resumableFrom: 2 * CHUNK,
    retryDelays: [0, 10, 20, 50],
    ...options,
  });
const file = (name: string) => new File([CONTENT], name, { lastModified: 1 });

/** Resolves when so many bytes have gone out. */
function reached(loaded: number): { onProgress: (progress: UploadProgress) => void; promise: Promise<void> } {
  let done: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (done = resolve));
  const onProgress = (progress: UploadProgress) => {
    if (progress.loaded >= loaded) done();
  };
  return { promise, onProgress };
}

describe('uploading in chunks', () => {
  it('is what large files do by themselves', async () => {
    const progress: UploadProgress[] = [];
    const stored = await client().storage.upload('videos', file('large'), {
      path: 'films/large',
      metadata: { title: 'Größe' },
      onProgress: (now) => void progress.push(now),
    });
    expect(stored).toMatchObject({
      name: 'large',
      path: 'films/large',
      checksum: CHECKSUM,
      metadata: { title: 'Größe' },
    });
    expect(seen.slice(0, 3)).toEqual(['POST', 'PATCH 0', `PATCH ${CHUNK}`]);
    expect(seen.length).toBe(12);
    expect(progress.at(-1)).toEqual({ loaded: CONTENT.length, total: CONTENT.length, percent: 100 });
    expect(progress.length).toBeGreaterThan(10);
  });

  it('is what small files do when asked, and what large ones do not when told', async () => {
    await client().storage.upload('videos', new Blob(['small']), { name: 'small', resumable: true });
    await client().storage.upload('videos', new Blob([]), { name: 'empty', resumable: true });
    expect(seen).toEqual(['POST', 'PATCH 0', 'POST']);
    await client().storage.upload('videos', file('at once'), { resumable: false });
    expect(seen.length).toBe(3);
  });

  it('stops for a pause and goes on from there', async () => {
    const { onProgress, promise } = reached(3 * CHUNK);
    const task = client().storage.upload('videos', file('paused'), { onProgress });
    await promise;
    task.pause();
    const before = seen.length;
    expect(task.state).toBe('paused');
    await client().auth.me();
    expect(seen.length).toBeLessThanOrEqual(before + 1);
    task.resume();
    expect((await task).checksum).toBe(CHECKSUM);
    expect(seen.filter((request) => request === 'POST').length).toBe(1);
    expect(seen).toContain('HEAD');
  });

  it('stops, however soon after it went on', async () => {
    for (let microtasks = 0; microtasks < 20; microtasks += 1) {
      const { onProgress, promise } = reached(2 * CHUNK);
      const task = client().storage.upload('videos', file(`stopped ${microtasks}`), { onProgress });
      await promise;
      task.pause();
      await client().auth.me();
      task.resume();
      for (let n = 0; n < microtasks; n += 1) await Promise.resolve();
      task.pause();
      const before = seen.length;
      for (let n = 0; n < 12; n += 1) await client().auth.me();
      expect(seen.length - before, `after ${microtasks} microtasks`).toBeLessThanOrEqual(2);
      task.resume();
      expect((await task).checksum).toBe(CHECKSUM);
    }
  });

  it('is created once, however often it is stopped and started meanwhile', async () => {
    const task = client().storage.upload('videos', file('nervous'));
    for (let time = 0; time < 5; time += 1) {
      task.pause();
      task.resume();
    }
    expect((await task).checksum).toBe(CHECKSUM);
    expect(seen.filter((request) => request === 'POST').length).toBe(1);
  });

  it('goes on in another process where the first was stopped', async () => {
    const temp = makeTempFolder();
    const options = { store: undefined as ClientOptions['store'] };
    try {
      options.store = fileStore(join(temp.path, 'store.json'));
      const { onProgress, promise } = reached(4 * CHUNK);
      const first = client(options).storage.upload('videos', file('restarted'), { onProgress });
      await promise;
      first.pause(); // and never heard of again

      options.store = fileStore(join(temp.path, 'store.json'));
      const progress: number[] = [];
      seen = [];
      const stored = await client(options).storage.upload('videos', file('restarted'), {
        onProgress: ({ loaded }) => void progress.push(loaded),
      });
      expect(stored.checksum).toBe(CHECKSUM);
      expect(seen[0]).toBe('HEAD');
      expect(progress[0]).toBeGreaterThanOrEqual(3 * CHUNK);
      // The address is forgotten: the same file again is another upload.
      await expect(client(options).storage.upload('videos', file('restarted'))).rejects.toMatchObject({
        code: 'FILE_EXISTS',
      });
    } finally {
      temp.remove();
    }
  });

  it('does not take another file for the one it knows', async () => {
    const store = memoryStore();
    const { onProgress, promise } = reached(2 * CHUNK);
    const first = client({ store }).storage.upload('videos', file('mixed up'), { onProgress });
    await promise;
    first.pause();
    const other = CONTENT.slice();
    other[5] = 255 - (other[5] ?? 0);
    const stored = await client({ store }).storage.upload(
      'videos',
      new File([other], 'mixed up', { lastModified: 1 }),
    );
    expect(stored.checksum).toBe(createHash('sha256').update(other).digest('hex'));
  });

  it('begins anew when the server has forgotten the upload', async () => {
    const store = memoryStore();
    const { onProgress, promise } = reached(2 * CHUNK);
    const first = client({ store }).storage.upload('videos', file('forgotten'), { onProgress });
    await promise;
    first.pause();
    relay.intercept = (request, response) => {
      note(request);
      if (request.method !== 'HEAD') return false;
      response.writeHead(404, { 'tus-resumable': '1.0.0' }).end();
      return true;
    };
    const stored = await client({ store }).storage.upload('videos', file('forgotten'));
    expect(stored.checksum).toBe(CHECKSUM);
  });

  it('survives a connection that breaks', async () => {
    let cuts = 0;
    relay.intercept = (request) => {
      note(request);
      if (request.method !== 'PATCH' || cuts === 3) return false;
      cuts += 1;
      setImmediate(() => request.socket.destroy());
      return cuts === 1; // the first time the server hears nothing of it
    };
    const stored = await client().storage.upload('videos', file('broken off'));
    expect(stored.checksum).toBe(CHECKSUM);
    expect(cuts).toBe(3);
    expect(seen.filter((request) => request === 'HEAD').length).toBeGreaterThan(0);
  });

  it('ends well when only the last answer is lost', async () => {
    let lost = 0;
    relay.intercept = (request, response) => {
      note(request);
      const isLast = request.headers['upload-offset'] === String(10 * CHUNK);
      if (isLast && lost === 0) {
        lost += 1;
        response.end = () => {
          request.socket.destroy();
          return response;
        };
      }
      return false;
    };
    const stored = await client().storage.upload('videos', file('lost answer'));
    expect(stored.checksum).toBe(CHECKSUM);
    expect(lost).toBe(1);
  });

  it('reports a server that stays away, and goes on when asked again', async () => {
    const store = memoryStore();
    const { onProgress, promise } = reached(2 * CHUNK);
    const task = client({ store }).storage.upload('videos', file('away'), { onProgress });
    const failure = expect(task).rejects.toMatchObject({ code: 'NETWORK_ERROR', status: 0 });
    await promise;
    await relay.stop();
    await failure;
    expect(task.state).toBe('failed');
    await relay.resume();
    seen = [];
    expect((await client({ store }).storage.upload('videos', file('away'))).checksum).toBe(CHECKSUM);
    expect(seen[0]).toBe('HEAD');
  });

  it('given up, leaves nothing on the server', async () => {
    const store = memoryStore();
    const { onProgress, promise } = reached(2 * CHUNK);
    const task = client({ store }).storage.upload('videos', file('given up'), { onProgress });
    const failure = expect(task).rejects.toMatchObject({ code: 'ABORTED' });
    await promise;
    await task.abort();
    await failure;
    expect(seen.at(-1)).toBe('DELETE');
    seen = [];
    await client({ store }).storage.upload('videos', file('given up'));
    expect(seen[0]).toBe('POST');
  });

  it('given up while it looks for what was sent before, leaves nothing on the server either', async () => {
    for (let microtasks = 0; microtasks < 20; microtasks += 1) {
      const store = memoryStore();
      const { onProgress, promise } = reached(2 * CHUNK);
      const first = client({ store }).storage.upload('videos', file(`given up ${microtasks}`), {
        onProgress,
      });
      await promise;
      first.pause();
      await client().auth.me();
      const second = client({ store }).storage.upload('videos', file(`given up ${microtasks}`));
      const failure = expect(second).rejects.toMatchObject({ code: 'ABORTED' });
      for (let n = 0; n < microtasks; n += 1) await Promise.resolve();
      await second.abort();
      await failure;
      await vi.waitFor(() => expect(seen).toContain('DELETE'));
      seen = [];
    }
  });

  it('needs no store that works', async () => {
    const broken = () => {
      throw new Error('forbidden');
    };
    const store = { getItem: broken, setItem: broken, removeItem: broken };
    expect((await client({ store }).storage.upload('videos', file('not found again'))).checksum).toBe(
      CHECKSUM,
    );
  });

  it('given up by its signal, even before it has begun', async () => {
    const controller = new AbortController();
    const task = client().storage.upload('videos', file('signalled'), { signal: controller.signal });
    controller.abort();
    await expect(task).rejects.toMatchObject({ code: 'ABORTED' });
    expect(task.state).toBe('aborted');
  });
});

describe('an upload in chunks that is refused', () => {
  it('says why at once, without trying again', async () => {
    await client().storage.upload('videos', new Blob(['x']), { name: 'taken' });
    await expect(client().storage.upload('videos', file('taken'))).rejects.toMatchObject({
      code: 'FILE_EXISTS',
      status: 409,
      details: { path: 'taken' },
    });
    expect(seen).toEqual(['POST']);
    await expect(
      client().storage.upload('photos', new Blob(['%PDF-1.7 …', PNG]), { name: 'a.png', resumable: true }),
    ).rejects.toMatchObject({ code: 'TYPE_NOT_ALLOWED', status: 415 });
    await expect(
      server
        .client({ url: relay.url })
        .storage.upload('videos', new Blob(['x']), { name: 'x', resumable: true }),
    ).rejects.toMatchObject({ code: 'UNAUTHORIZED', status: 401 });
  });

  it('names the file when it is stored but not to be seen', async () => {
    const anonymous = server.client({ url: relay.url });
    await expect(
      anonymous.storage.upload('drop-box', new Blob(['x']), { name: 'dropped', resumable: true }),
    ).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      details: { bucket: 'drop-box', id: expect.any(String) as string },
    });
    await expect(
      anonymous.storage.upload('drop-box', new Blob(['x']), { name: 'dropped' }),
    ).rejects.toMatchObject({
      code: 'FILE_EXISTS',
    });
  });
});

it('goes on with a new token when its own expires on the way', async () => {
  const { onProgress, promise } = reached(3 * CHUNK);
  let token = server.app.token('ada');
  let stale = '';
  let refused = 0;
  const ada = client({ token: () => token });
  relay.intercept = (request, response) => {
    note(request);
    if (!stale || request.headers.authorization !== `Bearer ${stale}` || !request.url?.includes('/tus/'))
      return false;
    refused += 1;
    token = server.app.token('ada', 'editor');
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: 'The token has expired.', code: 'TOKEN_EXPIRED', request_id: 'r' }));
    return true;
  };
  const task = ada.storage.upload('videos', file('expired'), { onProgress });
  await promise;
  stale = token;
  expect((await task).checksum).toBe(CHECKSUM);
  expect(refused).toBeGreaterThan(0);
  expect(seen.filter((request) => request === 'POST').length).toBe(1);
});
