import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DetailedError } from 'tus-js-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileOf, openBucket } from '../support/files-api.ts';
import { HttpRelay } from '../support/http-relay.ts';
import { filesBelow } from '../support/leftovers.ts';
import { startApp, type TestApp } from '../support/test-app.ts';
import { clientUpload, expectNoUploads, sha256 } from '../support/tus.ts';

const MIB = 1024 * 1024;
const TUS = '/api/files/docs/tus';

let app: TestApp;
let relay: HttpRelay;

beforeAll(async () => {
  app = await startApp({ schema: openBucket() });
  relay = await HttpRelay.start(app.url);
});

afterAll(async () => {
  await relay.stop();
  await app.dispose();
});

beforeEach(() => {
  relay.intercept = () => false;
  relay.losesAnswer = () => false;
});

/** Holds the file against what was sent, the server's own word and a download alike. */
async function expectStored(id: string | undefined, content: Buffer): Promise<void> {
  const path = `/api/files/docs/${id ?? ''}`;
  const file = await fileOf(await app.request(path));
  expect(file).toMatchObject({ id, size: content.length, checksum: sha256(content) });
  const bytes = Buffer.from(await (await app.request(`${path}/download`)).arrayBuffer());
  expect(sha256(bytes)).toBe(file.checksum);
}

describe('tus-js-client', () => {
  it('uploads 100 MiB in chunks of 5 MiB', async () => {
    const content = randomBytes(100 * MIB);
    const chunks: number[] = [];
    const { upload, done } = clientUpload(app.url + TUS, content, {
      onChunkComplete: (size) => void chunks.push(size),
    });
    upload.start();
    const id = (await done).getHeader('alyx-file-id');
    expect(chunks).toEqual(Array.from({ length: 20 }, () => 5 * MIB));
    expect(upload.url).toBe(`${app.url}${TUS}/${String(id)}`);
    await expectStored(id, content);
    await expectNoUploads(app.folder);
  }, 60_000);

  it.each([
    ['an empty file', 0, {}],
    ['a byte', 1, {}],
    ['everything with the creation', 3 * MIB, { uploadDataDuringCreation: true, chunkSize: Infinity }],
    ['the first chunk with the creation', 3 * MIB, { uploadDataDuringCreation: true, chunkSize: MIB }],
    ['tiny chunks', 5000, { chunkSize: 700 }],
    ['POST in place of PATCH', MIB, { overridePatchMethod: true }],
  ])('uploads %s', async (_what, size, options) => {
    const content = randomBytes(size);
    const { upload, done } = clientUpload(app.url + TUS, content, options);
    upload.start();
    await expectStored((await done).getHeader('alyx-file-id'), content);
    await expectNoUploads(app.folder);
  });

  it('pauses and resumes', async () => {
    const content = randomBytes(12 * MIB);
    const paused = Promise.withResolvers<undefined>();
    let passed = 0;
    relay.intercept = (request) => {
      request.on('data', (bytes: Buffer) => {
        passed += bytes.length;
        if (passed > 6 * MIB && passed - bytes.length <= 6 * MIB)
          void upload.abort().then(() => paused.resolve(undefined));
      });
      return false;
    };
    const { upload, done } = clientUpload(relay.url + TUS, content, { chunkSize: 4 * MIB });
    upload.start();
    await paused.promise;
    upload.start();
    await expectStored((await done).getHeader('alyx-file-id'), content);
    await expectNoUploads(app.folder);
  });

  it('resumes with a client that has only kept the address', async () => {
    const content = randomBytes(6 * MIB);
    const first = clientUpload(app.url + TUS, content, {
      chunkSize: 2 * MIB,
      onChunkComplete: () => void first.upload.abort(),
    });
    const paused = vi.waitFor(() => expect(first.upload.url).not.toBeNull());
    first.upload.start();
    await paused;
    const { upload, done } = clientUpload(app.url + TUS, content, { uploadUrl: first.upload.url });
    upload.start();
    await done;
    expect(upload.url).toBe(first.upload.url);
    await expectStored(upload.url?.split('/').at(-1), content);
    await expectNoUploads(app.folder);
  });

  it('loses its connection in the middle of a chunk, twice, and sends no byte again that had arrived', async () => {
    const content = randomBytes(20 * MIB);
    let cuts = 0;
    let passed = 0;
    relay.intercept = (request) => {
      let received = 0;
      request.on('data', (bytes: Buffer) => {
        received += bytes.length;
        passed += bytes.length;
        if (received > 7 * MIB && cuts < 2) {
          cuts += 1;
          request.socket.destroy();
        }
      });
      return false;
    };
    const { upload, done } = clientUpload(relay.url + TUS, content, { chunkSize: 9 * MIB });
    upload.start();
    await expectStored((await done).getHeader('alyx-file-id'), content);
    expect(cuts).toBe(2);
    // Chunks whole or not at all would have cost 14 MiB more; what was under way in buffers when it broke is lost.
    expect(passed).toBeLessThan(30 * MIB);
    await expectNoUploads(app.folder);
  });

  it('loses the last answer and finds the upload complete', async () => {
    const content = randomBytes(3 * MIB);
    let lost = 0;
    relay.losesAnswer = (request) => {
      if (request.headers['upload-offset'] !== String(2 * MIB) || lost > 0) return false;
      lost += 1;
      return true;
    };
    const { upload, done } = clientUpload(relay.url + TUS, content, {
      chunkSize: MIB,
      metadata: { filename: 'answer lost' },
    });
    upload.start();
    const answer = await done;
    expect(lost).toBe(1);
    expect(answer.getHeader('upload-offset')).toBe(String(3 * MIB));
    await expectStored(answer.getHeader('alyx-file-id'), content);
    expect(await (await app.request('/api/files/docs?search=answer')).json()).toMatchObject({ total: 1 });
    await expectNoUploads(app.folder);
  });

  it('uploads eight files at once', async () => {
    const contents = Array.from({ length: 8 }, () => randomBytes(6 * MIB));
    const before = filesBelow(join(app.folder, 'data/storage')).length;
    await Promise.all(
      contents.map(async (content) => {
        const { upload, done } = clientUpload(app.url + TUS, content, { chunkSize: MIB });
        upload.start();
        await expectStored((await done).getHeader('alyx-file-id'), content);
      }),
    );
    expect(filesBelow(join(app.folder, 'data/storage'))).toHaveLength(before + 8);
    await expectNoUploads(app.folder);
  });

  it('shares one upload with a second client, and the file is whole', async () => {
    const content = randomBytes(10 * MIB);
    const first = clientUpload(app.url + TUS, content, { chunkSize: MIB });
    first.upload.start();
    await vi.waitFor(() => expect(first.upload.url).not.toBeNull());
    const second = clientUpload(app.url + TUS, content, { chunkSize: MIB, uploadUrl: first.upload.url });
    second.upload.start();
    const answers = await Promise.all([first.done, second.done]);
    const ids = new Set(answers.map((answer) => answer.getHeader('alyx-file-id')));
    expect(ids.size).toBe(1);
    await expectStored(answers[0].getHeader('alyx-file-id'), content);
    await expectNoUploads(app.folder);
  });

  it('is told why an upload is refused, and does not try for ever', async () => {
    const { upload, done } = clientUpload(app.url + TUS, Buffer.from('x'), {
      metadata: { filename: '../x' },
    });
    upload.start();
    const error = await done.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DetailedError);
    expect((error as DetailedError).originalResponse?.getStatus()).toBe(400);
    expect((error as DetailedError).originalResponse?.getBody()).toContain('INVALID_NAME');
  });
});
