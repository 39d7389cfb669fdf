import { createHash } from 'node:crypto';
import { openAsBlob, utimesSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { digestOf } from '../../src/sdk/runtime/digest.ts';
import { memoryStore, type KeyValueStore } from '../../src/sdk/runtime/key-value-store.ts';
import { fileStore } from '../../src/sdk/runtime/node/file-store.ts';
import type { UploadOptions } from '../../src/sdk/runtime/upload-options.ts';
import type { UploadTask } from '../../src/sdk/runtime/upload-task.ts';
import { HttpRelay } from '../support/http-relay.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { noise, startSdkServer, type SdkServer } from './sdk-server.ts';

const CHUNK = 64 * 1024;
/** In a chunk that is sent before an upload is broken off, and beyond what is looked at to find an upload again. */
const SENT = 2.5 * CHUNK;
const UNSENT = 7.5 * CHUNK;

let server: SdkServer;
let relay: HttpRelay;
/** Requests of the TUS protocol, as `METHOD offset`. */
let seen: string[];
const temp = makeTempFolder();
beforeAll(async () => {
  server = await startSdkServer();
  relay = await HttpRelay.start(server.app.url);
});
afterAll(async () => {
  await relay.stop();
  await server.app.dispose();
  temp.remove();
});
beforeEach(() => {
  seen = [];
  relay.intercept = note;
});

function note({ method, url, headers }: IncomingMessage): false {
  const offset = headers['upload-offset'];
  if (url?.includes('/tus') === true) seen.push([method, offset].filter(Boolean).join(' '));
  return false;
}

function upload(store: KeyValueStore, content: Blob, options: UploadOptions, chunkSize = CHUNK) {
  const client = server.as('ada', {
    url: relay.url,
    store,
    chunkSize,
    resumableFrom: 1,
    retryDelays: [0, 10, 50],
  });
  return client.storage.upload('videos', content, options);
}

/** Another page or process, which stops when some chunks have gone out: after its fourth, unless it says otherwise. */
async function begin(store: KeyValueStore, content: Blob, name: string, chunks = 4) {
  const { task } = await new Promise<{ task: UploadTask<'videos'> }>((resolve) => {
    let isOver = false;
    const task = upload(store, content, {
      name,
      onProgress: ({ loaded }) => {
        if (isOver || loaded < chunks * CHUNK) return;
        isOver = true;
        task.pause();
        resolve({ task });
      },
    });
  });
  seen = [];
  return { task };
}

/** As many bytes, some of them others. */
function changed(...positions: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = noise(10 * CHUNK + 123);
  for (const at of positions) bytes[at] = 255 - (bytes[at] ?? 0);
  return bytes;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('a file that changed after a part of it was sent', () => {
  it.each<[string, readonly number[]]>([
    ['in the part that was sent', [SENT]],
    ['in both parts', [SENT, UNSENT]],
  ])('%s, goes up anew', async (where, positions) => {
    const store = memoryStore();
    await begin(store, new Blob([changed()]), where);
    const stored = await upload(store, new Blob([changed(...positions)]), { name: where });
    expect(stored.checksum).toBe(sha256(changed(...positions)));
    expect(seen.slice(0, 4)).toEqual(['HEAD', 'DELETE', 'POST', 'PATCH 0']);
  });

  it('goes up anew even while what was sent is still on its way', async () => {
    const store = memoryStore();
    await begin(store, new Blob([changed()]), 'on its way');
    relay.intercept = (request, response) => {
      note(request);
      if (request.method !== 'HEAD' || seen.length > 1) return false;
      const length = changed().length;
      response
        .writeHead(200, { 'tus-resumable': '1.0.0', 'upload-offset': 0, 'upload-length': length })
        .end();
      return true;
    };
    const stored = await upload(store, new Blob([changed(SENT)]), { name: 'on its way' });
    expect(stored.checksum).toBe(sha256(changed(SENT)));
  });

  it('in the part that was not, goes on', async () => {
    const store = memoryStore();
    await begin(store, new Blob([changed()]), 'a new end');
    const stored = await upload(store, new Blob([changed(UNSENT)]), { name: 'a new end' });
    expect(stored.checksum).toBe(sha256(changed(UNSENT)));
    expect(seen).not.toContain('POST');
    expect(seen[0]).toBe('HEAD');
  });

  it('goes up anew from a disk that keeps its time of change, in another process', async () => {
    const path = join(temp.path, 'film');
    const write = (bytes: Uint8Array) => {
      writeFileSync(path, bytes);
      utimesSync(path, 1, 1);
    };
    const store = () => fileStore(join(temp.path, 'store.json'));
    write(changed());
    await begin(store(), await openAsBlob(path), 'film');
    write(changed(SENT, UNSENT));
    const stored = await upload(store(), await openAsBlob(path), { name: 'film' });
    expect(stored.checksum).toBe(sha256(changed(SENT, UNSENT)));
  });
});

/** Cuts the connection when the server has got a part of the only chunk, some of which may still be on its way. */
async function breakOff(store: KeyValueStore, name: string): Promise<void> {
  await new Promise<void>((resolve) => {
    relay.intercept = (request) => {
      let received = 0;
      request.on('data', (bytes: Uint8Array) => {
        received += bytes.length;
        if (received <= 4 * CHUNK) return;
        task.pause();
        request.socket.destroy();
        resolve();
      });
      return note(request);
    };
    const task = upload(store, new Blob([changed()]), { name }, 100 * CHUNK);
  });
  relay.intercept = note;
  seen = [];
}

describe('a chunk that was broken off', () => {
  it('goes on in its middle, in smaller chunks too', async () => {
    const store = memoryStore();
    await breakOff(store, 'broken off');
    const stored = await upload(store, new Blob([changed()]), { name: 'broken off' });
    expect(stored.checksum).toBe(sha256(changed()));
    expect(seen).not.toContain('POST');
    expect(seen.length).toBeGreaterThan(3);
  });

  it('goes up anew if it is another one now', async () => {
    const store = memoryStore();
    await breakOff(store, 'broken off and changed');
    const stored = await upload(store, new Blob([changed(UNSENT)]), { name: 'broken off and changed' });
    expect(stored.checksum).toBe(sha256(changed(UNSENT)));
    expect(seen).toContain('POST');
  });
});

describe('an upload of which more is there than is known', () => {
  it('goes up anew after a store that kept only its beginning', async () => {
    const store = memoryStore();
    let writes = 0;
    const full: KeyValueStore = {
      ...store,
      setItem: (key, value) => {
        writes += 1;
        if (writes > 3) throw new Error('full');
        return store.setItem(key, value);
      },
    };
    await begin(full, new Blob([changed()]), 'full store');
    const stored = await upload(store, new Blob([changed(SENT)]), { name: 'full store' });
    expect(stored.checksum).toBe(sha256(changed(SENT)));
  });

  it('goes up anew after an SDK that kept its address alone', async () => {
    const store = memoryStore();
    const forgetful = { ...store, setItem: keepAddress(store) };
    await begin(forgetful, new Blob([changed()]), 'old');
    const stored = await upload(store, new Blob([changed(SENT)]), { name: 'old' });
    expect(stored.checksum).toBe(sha256(changed(SENT)));
  });

  it('goes on where another page has got meanwhile', async () => {
    const store = memoryStore();
    const { task } = await begin(store, new Blob([changed()]), 'two pages');
    await begin(store, new Blob([changed()]), 'two pages', 7);
    task.resume();
    expect((await task).checksum).toBe(sha256(changed()));
    expect(seen).not.toContain('POST');
  });
});

function keepAddress(store: KeyValueStore): KeyValueStore['setItem'] {
  return (key, value) => store.setItem(key, (JSON.parse(value) as { url: string }).url);
}

describe('an upload whose last answer was lost', () => {
  const loseLast = async (store: KeyValueStore, name: string) => {
    await new Promise<void>((resolve) => {
      relay.losesAnswer = ({ headers }) => {
        if (headers['upload-offset'] !== String(10 * CHUNK)) return false;
        task.pause();
        resolve();
        return true;
      };
      const task = upload(store, new Blob([changed()]), { name });
    });
    relay.losesAnswer = () => false;
  };

  it('is the file that it became', async () => {
    const store = memoryStore();
    await loseLast(store, 'lost');
    expect(await upload(store, new Blob([changed()]), { name: 'lost' })).toMatchObject({ name: 'lost' });
  });

  it('is not the file that is there now', async () => {
    const store = memoryStore();
    await loseLast(store, 'lost and changed');
    const other = upload(store, new Blob([changed(SENT)]), { name: 'lost and changed' });
    await expect(other).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  });
});

it('tells bytes apart in a page without HTTPS too', async () => {
  vi.stubGlobal('crypto', {});
  try {
    expect(await digestOf(changed())).toBe(await digestOf(changed()));
    expect(await digestOf(changed())).not.toBe(await digestOf(changed(SENT)));
  } finally {
    vi.unstubAllGlobals();
  }
});
