import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { finishInterrupted } from '../../src/uploads/finish-interrupted.ts';
import { fileOf, openBucket, refusal } from '../support/files-api.ts';
import { expectNothingLeft, filesBelow } from '../support/leftovers.ts';
import { BASE_CONFIG, startApp, type TestApp } from '../support/test-app.ts';
import {
  begin,
  clientUpload,
  create,
  CHUNK_TYPE,
  expectNoUploads,
  idOf,
  offsetOf,
  patch,
  sha256,
  tus,
  uploadsKept,
} from '../support/tus.ts';

const HELLO = Buffer.from('hello');

let app: TestApp;

beforeEach(async () => {
  app = await startApp({ schema: openBucket() });
});

afterEach(async () => {
  await app.dispose();
  rmSync(app.folder, { recursive: true, force: true }); // a restarted server leaves its folder alone
});

const storage = () => join(app.folder, 'data/storage');
const staged = (path: string) => join(app.folder, 'data/uploads', idOf(path));

/** The backend's disk is gone, then back. */
const unmount = () => renameSync(storage(), `${storage()}.away`);
const mount = () => renameSync(`${storage()}.away`, storage());

async function fileAt(path: string) {
  return fileOf(await app.request(`/api/files/docs/${idOf(path)}`));
}

async function restart(): Promise<void> {
  await app.close();
  app = await startApp({ schema: openBucket(), folder: app.folder });
}

describe('an upload whose finish fails', () => {
  it('says so, does not look complete, and is finished when its last byte comes again', async () => {
    const path = await begin(app, 5, { metadata: { filename: 'late.txt' } });
    unmount();
    expect(await refusal(await patch(app, path, 0, HELLO))).toMatchObject({
      status: 503,
      code: 'BACKEND_UNAVAILABLE',
    });
    const head = await tus(app, 'HEAD', path);
    expect(head.status).toBe(200);
    expect(head.headers.get('upload-offset')).toBe('4');
    expect(head.headers.get('upload-length')).toBe('5');
    expect(head.headers.get('alyx-file-id')).toBeNull();
    expect((await app.request(`/api/files/docs/${idOf(path)}`)).status).toBe(404);
    expect(await refusal(await patch(app, path, 4, 'o'))).toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    mount();
    const finished = await patch(app, path, 4, 'o');
    expect(finished.status).toBe(204);
    expect(finished.headers.get('alyx-file-id')).toBe(idOf(path));
    expect(await fileAt(path)).toMatchObject({ name: 'late.txt', size: 5, checksum: sha256(HELLO) });
    await expectNoUploads(app.folder);
  });

  it('is finished by an empty request at its end, and by no other offset', async () => {
    const path = await begin(app, 5);
    unmount();
    await patch(app, path, 0, HELLO);
    mount();
    expect(await refusal(await patch(app, path, 0, HELLO))).toMatchObject({
      code: 'OFFSET_MISMATCH',
      details: { offset: 4 },
    });
    expect(await refusal(await patch(app, path, 4, 'oh'))).toMatchObject({ code: 'FILE_TOO_LARGE' });
    expect((await patch(app, path, 5, '')).headers.get('alyx-file-id')).toBe(idOf(path));
    await expectNoUploads(app.folder);
  });

  it('is finished by the cleanup when nobody asks', async () => {
    const path = await begin(app, 5);
    unmount();
    await patch(app, path, 0, HELLO);
    expect(await app.app.cleanup.run()).toMatchObject({ uploads_finished: 0 });
    mount();
    expect(await app.app.cleanup.run()).toMatchObject({ uploads_finished: 1 });
    expect(await fileAt(path)).toMatchObject({ checksum: sha256(HELLO) });
    await expectNoUploads(app.folder);
  });

  it('is left to the next start by a cleanup that is stopped', async () => {
    const path = await begin(app, 5);
    unmount();
    await patch(app, path, 0, HELLO);
    mount();
    expect(await finishInterrupted(app.app.uploads, AbortSignal.abort())).toBe(0);
    expect(uploadsKept(app.folder).rows).toBe(1);
    expect(await finishInterrupted(app.app.uploads)).toBe(1);
  });

  it('is finished by the next start', async () => {
    const path = await begin(app, 5);
    unmount();
    await patch(app, path, 0, HELLO);
    await app.close();
    mount();
    await restart();
    await vi.waitFor(async () => expect(await offsetOf(app, path)).toBe(5));
    await expectNoUploads(app.folder);
  });

  it('costs tus-js-client one byte', async () => {
    const content = randomBytes(3_000_000);
    let failures = 0;
    let sent = 0;
    unmount();
    const { upload, done } = clientUpload(`${app.url}/api/files/docs/tus`, content, {
      chunkSize: 1_000_000,
      onAfterResponse: (_request, response) => {
        if (response.getStatus() !== 503) return;
        failures += 1;
        if (failures === 2) mount();
      },
      onBeforeRequest: (request) => {
        if (request.getMethod() !== 'PATCH') return;
        sent += Math.min(1_000_000, content.length - Number(request.getHeader('Upload-Offset')));
      },
    });
    upload.start();
    expect((await done).getHeader('alyx-file-id')).toBe(idOf(upload.url ?? ''));
    expect(failures).toBe(2);
    expect(sent).toBe(content.length + 2);
    expect(await fileAt(upload.url ?? '')).toMatchObject({ checksum: sha256(content) });
    await expectNoUploads(app.folder);
  });

  it('leaves nothing when its bytes came with the creation: nobody knows its address', async () => {
    await begin(app, 1);
    unmount();
    const response = await create(app, 5, { body: HELLO, headers: { 'content-type': CHUNK_TYPE } });
    expect(await refusal(response)).toMatchObject({ status: 503 });
    mount();
    expect(uploadsKept(app.folder)).toEqual({ rows: 1, staged: [] });
  });

  it('leaves nothing when it can never succeed', async () => {
    const metadata = { filename: 'taken.txt' };
    const winner = await begin(app, 5, { metadata });
    const loser = await begin(app, 5, { metadata });
    await patch(app, winner, 0, HELLO);
    expect(await refusal(await create(app, 5, { metadata }))).toMatchObject({ code: 'FILE_EXISTS' });
    expect(await refusal(await patch(app, loser, 0, HELLO))).toMatchObject({
      status: 409,
      code: 'FILE_EXISTS',
    });
    expect((await tus(app, 'HEAD', loser)).status).toBe(404);
    await expectNoUploads(app.folder);
    await expectNothingLeft(app, { objects: filesBelow(storage()), rows: 1, doomed: 0, open: [] });
    expect(filesBelow(storage())).toHaveLength(1);
  });
});

describe('two uploads of one path that end at the same time', () => {
  it('make one file', async () => {
    const metadata = { filename: 'race.txt' };
    const paths = await Promise.all([begin(app, 5, { metadata }), begin(app, 5, { metadata })]);
    const answers = await Promise.all(paths.map((path) => patch(app, path, 0, HELLO)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    await expectNoUploads(app.folder);
    await expectNothingLeft(app, { objects: filesBelow(storage()), rows: 1, doomed: 0, open: [] });
    expect(filesBelow(storage())).toHaveLength(1);
  });
});

describe('an upload on the disk of its backend', () => {
  it('becomes a file without its bytes being copied', async () => {
    const path = await begin(app, 5);
    await patch(app, path, 0, 'hell');
    const { ino } = statSync(staged(path));
    await patch(app, path, 4, 'o');
    const [object = ''] = filesBelow(storage());
    expect(statSync(join(storage(), object))).toMatchObject({ ino, nlink: 1, size: 5 });
  });

  it('is copied to another disk', async ({ skip }) => {
    const elsewhere = mkdtempSync('/dev/shm/alyx-test-');
    if (statSync(elsewhere).dev === statSync(app.folder).dev) skip('one file system only');
    const own = await startApp({
      schema: openBucket(),
      config: BASE_CONFIG.replace('./data/uploads', elsewhere),
    });
    const path = await begin(own, 5);
    await patch(own, path, 0, HELLO);
    const download = await own.request(`/api/files/docs/${idOf(path)}/download`);
    expect(await download.text()).toBe('hello');
    expect(readdirSync(elsewhere)).toEqual([]);
    await own.dispose();
    rmSync(elsewhere, { recursive: true });
  });

  it.each(['gzip', 'zstd'])('is coded where its bucket says %s', async (compression) => {
    const own = await startApp({ schema: openBucket(`compression: ${compression}`) });
    const text = 'hello '.repeat(10_000);
    const path = await begin(own, text.length);
    await patch(own, path, 0, text);
    const file = await fileOf(await own.request(`/api/files/docs/${idOf(path)}`));
    expect(file).toMatchObject({ size: text.length, checksum: sha256(Buffer.from(text)), compressed: true });
    expect(file.stored_size).toBeLessThan(text.length / 10);
    const download = await own.request(`/api/files/docs/${idOf(path)}/download`);
    expect(await download.text()).toBe(text);
    await expectNoUploads(own.folder);
    await own.dispose();
  });
});

describe('the checksum of an upload', () => {
  it('is that of the bytes as they came, without reading them again', async () => {
    const path = await begin(app, 5);
    await patch(app, path, 0, 'hell');
    writeFileSync(staged(path), 'jell');
    await patch(app, path, 4, 'o');
    expect(await fileAt(path)).toMatchObject({ checksum: sha256(HELLO) });
  });

  it('is read from the disk after a restart', async () => {
    const path = await begin(app, 5);
    await patch(app, path, 0, 'he');
    await restart();
    await patch(app, path, 2, 'll');
    await patch(app, path, 4, 'o');
    expect(await fileAt(path)).toMatchObject({ checksum: sha256(HELLO) });
  });

  it('must be the one that was announced', async () => {
    for (const checksum of [sha256(HELLO), sha256(HELLO).toUpperCase()]) {
      const path = await begin(app, 5, { metadata: { checksum } });
      expect((await patch(app, path, 0, HELLO)).status).toBe(204);
      expect(await fileAt(path)).toMatchObject({ metadata: {} });
    }
    const path = await begin(app, 5, { metadata: { checksum: sha256(HELLO) } });
    await patch(app, path, 0, 'je');
    expect(await refusal(await patch(app, path, 2, 'llo'))).toMatchObject({
      status: 422,
      code: 'CHECKSUM_MISMATCH',
    });
    expect((await tus(app, 'HEAD', path)).status).toBe(404);
    await expectNoUploads(app.folder);
    expect(filesBelow(storage())).toHaveLength(2);
  });
});

describe('an upload whose staged bytes are gone', () => {
  it.each([
    ['all', (file: string) => rmSync(file), 0],
    ['some', (file: string) => truncateSync(file, 2), 2],
  ])('(%s) goes on where there are bytes, and its type is looked at again', async (_what, lose, left) => {
    const own = await startApp({ schema: openBucket('allowed_types: [text/plain]') });
    const path = await begin(own, 6000);
    await patch(own, path, 0, 'x'.repeat(5000));
    lose(join(own.folder, 'data/uploads', idOf(path)));
    expect(await offsetOf(own, path)).toBe(left);
    const rest = Buffer.concat([Buffer.alloc(4000, 0), Buffer.alloc(2000 - left, 'x')]);
    expect(await refusal(await patch(own, path, left, rest))).toMatchObject({ code: 'TYPE_NOT_ALLOWED' });
    await expectNoUploads(own.folder);
    await own.dispose();
  });
});
