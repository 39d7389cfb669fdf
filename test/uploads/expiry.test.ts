import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expireUploads, removeStrayBytes } from '../../src/uploads/expire-uploads.ts';
import { openBucket, refusal } from '../support/files-api.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startApp, type TestApp } from '../support/test-app.ts';
import { begin, create, idOf, offsetOf, patch, patchHead, tus, uploadsKept } from '../support/tus.ts';

const DAY = 24 * 60 * 60 * 1000;
/** An upload that never was. */
const STRAY = '00000000-0000-7000-8000-000000000000';

let app: TestApp;
let now: number;

beforeEach(async () => {
  now = Date.now();
  app = await startApp({ schema: openBucket('max_total_size: 10'), clock: () => now });
});

afterEach(async () => {
  await app.dispose();
  rmSync(app.folder, { recursive: true, force: true }); // a restarted server leaves its folder alone
});

const cleanup = () => app.app.cleanup.run();

describe('an upload that nobody goes on with', () => {
  it('is gone 24 hours after its last byte: 410, then its row, its bytes and what it reserved', async () => {
    const path = await begin(app, 10);
    await patch(app, path, 0, 'hello');
    now += DAY - 1;
    expect(await offsetOf(app, path)).toBe(5);
    expect(await cleanup()).toMatchObject({ uploads_expired: 0 });
    now += 1;
    expect((await tus(app, 'HEAD', path)).status).toBe(410);
    expect(await refusal(await patch(app, path, 5, 'world'))).toMatchObject({
      status: 410,
      code: 'UPLOAD_EXPIRED',
    });
    expect(await refusal(await create(app, 1))).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(uploadsKept(app.folder)).toEqual({ rows: 1, staged: [idOf(path)] });

    expect(await cleanup()).toMatchObject({ uploads_expired: 1 });
    expect(uploadsKept(app.folder)).toEqual({ rows: 0, staged: [] });
    expect((await tus(app, 'HEAD', path)).status).toBe(404);
    await begin(app, 10);
    expect(app.logLines.filter((line) => line.includes('"uploads_expired":1'))).toHaveLength(1);
  });

  it('gets new time with every byte', async () => {
    const path = await begin(app, 10);
    for (const offset of [0, 1, 2]) {
      now += DAY - 1;
      const { headers } = await patch(app, path, offset, 'x');
      expect(headers.get('upload-expires')).toBe(new Date(now + DAY).toUTCString());
      expect(await cleanup()).toMatchObject({ uploads_expired: 0 });
    }
    expect(await offsetOf(app, path)).toBe(3);
  });

  it('can still be given up', async () => {
    const path = await begin(app, 10);
    now += DAY;
    expect((await tus(app, 'DELETE', path)).status).toBe(204);
    await begin(app, 10);
  });

  it('is not removed by a start', async () => {
    const path = await begin(app, 10);
    await patch(app, path, 0, 'hello');
    now += DAY;
    await app.close();
    app = await startApp({ schema: openBucket(), clock: () => now, folder: app.folder });
    expect((await tus(app, 'HEAD', path)).status).toBe(410);
    expect(uploadsKept(app.folder)).toEqual({ rows: 1, staged: [idOf(path)] });
  });
});

describe('the cleanup', () => {
  it('ends where it is when the server stops, and the next one goes on', async () => {
    await begin(app, 5);
    await begin(app, 5);
    writeFileSync(join(app.folder, 'data/uploads', STRAY), 'x');
    now += DAY;
    const { uploads } = app.app;
    expect(await expireUploads(uploads, AbortSignal.abort())).toBe(0);
    expect(await removeStrayBytes(uploads, AbortSignal.abort())).toBe(0);
    expect(await cleanup()).toMatchObject({ uploads_expired: 2, stray_upload_bytes: 1 });
  });

  it('takes no upload that is being written to', async () => {
    const path = await begin(app, 10);
    const connection = await RawConnection.open(app.url);
    connection.head(...patchHead(path, 'Content-Length: 10'));
    connection.write('hello');
    while (!app.app.uploads.locks.isHeld(idOf(path))) await new Promise(setImmediate);
    now += DAY;
    expect(await cleanup()).toMatchObject({ uploads_expired: 0, stray_upload_bytes: 0 });
    connection.write('world');
    expect(await connection.response()).toMatchObject({
      status: 204,
      headers: { 'alyx-file-id': idOf(path) },
    });
    connection.close();
  });

  it('takes no finished file', async () => {
    const path = await begin(app, 10);
    await patch(app, path, 0, 'helloworld');
    now += 30 * DAY;
    expect(await cleanup()).toMatchObject({ uploads_expired: 0 });
    expect(await offsetOf(app, path)).toBe(10);
  });

  it('takes staged bytes that no upload knows, and nothing else that lies there', async () => {
    for (const name of [STRAY, 'README']) writeFileSync(join(app.folder, 'data/uploads', name), 'x');
    expect(await cleanup()).toMatchObject({ stray_upload_bytes: 1 });
    expect(uploadsKept(app.folder).staged).toEqual(['README']);
  });

  it('removes any number at once', async () => {
    for (let i = 0; i < 10; i += 1) await begin(app, 1);
    now += DAY;
    expect(await cleanup()).toMatchObject({ uploads_expired: 10 });
    expect(uploadsKept(app.folder).rows).toBe(0);
  });
});

describe('a bucket with a quota', () => {
  it('reserves an upload from its creation to its end', async () => {
    const path = await begin(app, 6);
    const tooMuch = { status: 413, code: 'QUOTA_EXCEEDED' };
    expect(await refusal(await create(app, 5))).toMatchObject(tooMuch);
    expect(
      await refusal(await app.request('/api/files/docs?name=a', { method: 'PUT', body: 'hello' })),
    ).toMatchObject(tooMuch);
    const second = await begin(app, 4);
    expect((await tus(app, 'DELETE', path)).status).toBe(204);
    const third = await begin(app, 6);
    await patch(app, third, 0, 'sixsix');
    await patch(app, second, 0, 'four');
    expect(await refusal(await create(app, 1))).toMatchObject(tooMuch);
    await app.request(`/api/files/docs/${idOf(third)}`, { method: 'DELETE' });
    await begin(app, 6);
  });

  it('promises its last bytes to one of two who ask at once', async () => {
    const answers = await Promise.all([create(app, 6), create(app, 6)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 413]);
  });
});
