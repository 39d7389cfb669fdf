import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fileOf, OPEN_RULES, refusal } from '../support/files-api.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startApp, type TestApp } from '../support/test-app.ts';
import {
  begin,
  CHUNK_TYPE,
  create,
  expectNoUploads,
  idOf,
  offsetOf,
  patch,
  patchHead,
  tus,
  uploadMetadata,
  uploadsKept,
} from '../support/tus.ts';

const MIB = 1024 * 1024;
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const HTML = '<!doctype html><script>alert(1)</script>';

const OWNERS = `{ create: "auth.id != null", read: "auth.id == file.owner_id", download: "auth.id == file.owner_id" }`;

let app: TestApp;

beforeAll(async () => {
  app = await startApp({
    schema: `buckets:
  docs: { backend: local, rules: ${OPEN_RULES} }
  own: { backend: local, rules: ${OWNERS} }
  sealed: { backend: local }
  images: { backend: local, max_file_size: 10MiB, allowed_types: [image/png], rules: ${OPEN_RULES} }
  by-type: { backend: local, rules: { create: "file.mime_type == 'image/png'" } }
  by-method: { backend: local, rules: { create: "request.method == 'POST' && file.mime_type != 'x/y'", read: "true" } }
  by-file: { backend: local, file_security: true, rules: ${OPEN_RULES} }
`,
  });
});

afterAll(() => app.dispose());

describe('who may begin', () => {
  it.each([
    ['anonymous callers where the rule wants a user', 'own', {}, 401, 'UNAUTHORIZED'],
    ['anonymous callers where there is no rule', 'sealed', {}, 401, 'UNAUTHORIZED'],
    ['users where there is no rule', 'sealed', { as: 'ann' }, 403, 'FORBIDDEN'],
    ['anybody in a bucket that does not exist', 'nowhere', { as: 'ann' }, 404, 'BUCKET_NOT_FOUND'],
    ['a token that is none', 'docs', { headers: { authorization: 'Bearer x' } }, 401, 'INVALID_TOKEN'],
  ] as const)('are not %s', async (_who, bucket, options, status, code) => {
    const response = await create(app, 5, { bucket, ...options });
    expect(await refusal(response)).toMatchObject({ status, code });
    expect(uploadsKept(app.folder).rows).toBe(0);
  });

  it('is an admin everywhere', async () => {
    const path = await begin(app, 5, { bucket: 'sealed', as: 'root', role: 'admin' });
    await patch(app, path, 0, 'hello', { as: 'root', role: 'admin' });
    await expectNoUploads(app.folder);
  });
});

describe('an upload', () => {
  const strangers = [
    ['another user', { as: 'bob' }],
    ['a caller without a token', {}],
  ] as const;

  it.each(strangers)('does not exist for %s', async (_who, caller) => {
    const path = await begin(app, 5, { bucket: 'own', as: 'ann' });
    await patch(app, path, 0, 'he', { as: 'ann' });
    expect((await tus(app, 'HEAD', path, caller)).status).toBe(404);
    for (const response of [
      await patch(app, path, 2, 'llo', caller),
      await patch(app, path, 0, 'jello', caller),
      await tus(app, 'DELETE', path, caller),
      await tus(app, 'POST', path, { ...caller, headers: { 'x-http-method-override': 'DELETE' } }),
    ]) {
      expect(await refusal(response)).toMatchObject({ status: 404, code: 'UPLOAD_NOT_FOUND' });
    }
    await patch(app, path, 2, 'llo', { as: 'ann' });
    const file = await app.request(`/api/files/own/${idOf(path)}/download`, { as: 'ann' });
    expect(await file.text()).toBe('hello');
  });

  it('that has become a file does not exist for others either', async () => {
    const path = await begin(app, 5, { bucket: 'own', as: 'ann' });
    await patch(app, path, 0, 'hello', { as: 'ann' });
    for (const [, caller] of strangers) expect((await tus(app, 'HEAD', path, caller)).status).toBe(404);
    expect(await offsetOf(app, path, { as: 'ann' })).toBe(5);
    expect(await offsetOf(app, path, { as: 'root', role: 'admin' })).toBe(5);
  });

  it('exists in its own bucket only', async () => {
    const path = await begin(app, 5, { bucket: 'own', as: 'ann' });
    const elsewhere = path.replace('/own/', '/docs/');
    for (const caller of [{ as: 'ann' }, { as: 'root', role: 'admin' }]) {
      expect((await tus(app, 'HEAD', elsewhere, caller)).status).toBe(404);
      expect((await patch(app, elsewhere, 0, 'hello', caller)).status).toBe(404);
      expect((await tus(app, 'DELETE', elsewhere, caller)).status).toBe(404);
    }
    expect((await tus(app, 'DELETE', path, { as: 'ann' })).status).toBe(204);
  });

  it('is an admin’s to look at, go on with and give up; its owner stays its owner', async () => {
    const admin = { as: 'root', role: 'admin' };
    const path = await begin(app, 5, { bucket: 'own', as: 'ann' });
    expect(await offsetOf(app, path, admin)).toBe(0);
    await patch(app, path, 0, 'hello', admin);
    const file = await fileOf(await app.request(`/api/files/own/${idOf(path)}`, { as: 'ann' }));
    expect(file.owner_id).toBe('ann');
    const other = await begin(app, 5, { bucket: 'own', as: 'ann' });
    expect((await tus(app, 'DELETE', other, admin)).status).toBe(204);
  });

  it('of an anonymous caller is whoever’s who knows its id', async () => {
    const path = await begin(app, 5);
    await patch(app, path, 0, 'he');
    expect(await offsetOf(app, path, { as: 'ann' })).toBe(2);
    await patch(app, path, 2, 'llo', { as: 'ann' });
    expect(await fileOf(await app.request(`/api/files/docs/${idOf(path)}`))).toMatchObject({
      owner_id: null,
    });
  });

  it('needs a valid token, if any, with every request', async () => {
    const path = await begin(app, 5);
    const headers = { authorization: 'Bearer expired' };
    expect((await tus(app, 'HEAD', path, { headers })).status).toBe(401);
    expect(await refusal(await patch(app, path, 0, 'hello', { headers }))).toMatchObject({
      code: 'INVALID_TOKEN',
    });
    await tus(app, 'DELETE', path);
  });
});

describe('the type', () => {
  const image = { bucket: 'images', metadata: { filename: 'cat.png', filetype: 'image/png' } };
  const notAllowed = { status: 415, code: 'TYPE_NOT_ALLOWED', details: { mime_type: 'text/html' } };

  it('is told from the first bytes, whatever name and Upload-Metadata say', async () => {
    const path = await begin(app, 6000, image);
    expect(await refusal(await patch(app, path, 0, HTML.padEnd(4096)))).toMatchObject(notAllowed);
    expect((await tus(app, 'HEAD', path)).status).toBe(404);
    await expectNoUploads(app.folder);
  });

  it('is told as soon as enough bytes are in, however small the chunks', async () => {
    const path = await begin(app, 6000, image);
    const bytes = Buffer.from(HTML.padEnd(6000));
    let offset = 0;
    let response = await patch(app, path, offset, bytes.subarray(0, 500));
    while (response.status === 204) {
      offset += 500;
      response = await patch(app, path, offset, bytes.subarray(offset, offset + 500));
    }
    expect(await refusal(response)).toMatchObject(notAllowed);
    expect(offset).toBe(4000);
    await expectNoUploads(app.folder);
  });

  it('of a small file is told from all of it, before it is a file', async () => {
    const path = await begin(app, HTML.length, image);
    await patch(app, path, 0, HTML.slice(0, 10));
    expect(await refusal(await patch(app, path, 10, HTML.slice(10)))).toMatchObject(notAllowed);
    await expectNoUploads(app.folder);
    const list = await app.request('/api/files/images');
    expect(await list.json()).toMatchObject({ total: 0 });
  });

  it('is refused while the client is still sending', async () => {
    const path = await begin(app, 9 * MIB, image);
    const connection = await RawConnection.open(app.url);
    connection.head(...patchHead(path, `Content-Length: ${9 * MIB}`));
    connection.write(HTML.padEnd(5000));
    expect(await connection.response()).toMatchObject({ status: 415 });
    connection.close();
    await expectNoUploads(app.folder);
  });

  it('is refused in a way that reaches a client which sends everything before it listens', async () => {
    const path = await begin(app, 9 * MIB, image);
    const connection = await RawConnection.open(app.url);
    connection.head(...patchHead(path, `Content-Length: ${9 * MIB}`));
    connection.socket.pause();
    const sent = new Promise((resolve) => connection.socket.write(HTML.padEnd(9 * MIB), resolve));
    await sent;
    connection.socket.resume();
    expect(await connection.response()).toMatchObject({ status: 415 });
    connection.close();
    await expectNoUploads(app.folder);
  });

  it('lets through what is allowed', async () => {
    const bytes = Buffer.concat([PNG, randomBytes(5000)]);
    const path = await begin(app, bytes.length, image);
    await patch(app, path, 0, bytes.subarray(0, 7));
    expect((await patch(app, path, 7, bytes.subarray(7))).status).toBe(204);
  });

  it('is what a create rule asks for, in its time', async () => {
    const path = await begin(app, 5, { bucket: 'by-type', as: 'ann' });
    expect(await refusal(await patch(app, path, 0, 'hello', { as: 'ann' }))).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
    });
    await expectNoUploads(app.folder);
  });

  it('is judged by a create rule as a matter of the creation', async () => {
    const path = await begin(app, 5, { bucket: 'by-method' });
    expect((await patch(app, path, 0, 'hello')).status).toBe(204);
  });
});

describe('the size', () => {
  it('is refused before the first byte', async () => {
    const response = await create(app, 10 * MIB + 1, { bucket: 'images' });
    expect(await refusal(response)).toMatchObject({ status: 413, code: 'FILE_TOO_LARGE' });
  });

  it('cannot grow by a body that lies about it', async () => {
    const path = await begin(app, 5);
    const connection = await RawConnection.open(app.url);
    connection.head(...patchHead(path, 'Transfer-Encoding: chunked'));
    connection.write('5\r\nhello\r\n');
    connection.write(`${MIB.toString(16)}\r\n${'x'.repeat(MIB)}\r\n`);
    expect(await connection.response()).toMatchObject({ status: 413 });
    connection.close();
    expect(await offsetOf(app, path)).toBe(0);
    await tus(app, 'DELETE', path);
  });
});

describe('Upload-Metadata', () => {
  const withRules = (bucket: string, metadata: Readonly<Record<string, string>>) =>
    create(app, 5, { bucket, metadata, as: 'ann' });

  it.each([
    ['docs', { metadata: '{"rules":{"read":"true"}}' }],
    ['docs', { rules: '{"read":"true"}' }],
    ['by-file', { rules: '{"read":"true"}' }],
    ['by-file', { metadata: '{"rules":{"read":"auth.id =="}}' }],
    ['by-file', { metadata: '{"rules":{"create":"true"}}' }],
    ['by-file', { metadata: '{"rules":{"read":1}}' }],
  ] as const)('smuggles no rules into %s: %j', async (bucket, metadata) => {
    expect(await refusal(await withRules(bucket, metadata))).toMatchObject({
      status: 400,
      code: 'INVALID_RULE',
    });
  });

  it('may bring rules where files have their own, and they decide', async () => {
    const metadata = { metadata: '{"rules":{"read":"auth.id == \'ann\'"}}' };
    const path = (await withRules('by-file', metadata)).headers.get('location') ?? '';
    await patch(app, path, 0, 'hello', { as: 'ann' });
    expect((await app.request(`/api/files/by-file/${idOf(path)}`, { as: 'ann' })).status).toBe(200);
    expect((await app.request(`/api/files/by-file/${idOf(path)}`, { as: 'bob' })).status).toBe(403);
  });

  it('changes nothing but the metadata', async () => {
    const metadata = { owner_id: 'root', id: 'x', bucket: 'own', mime_type: 'image/png', size: '1' };
    const path = await begin(app, 5, { metadata, as: 'ann' });
    await patch(app, path, 0, 'hello', { as: 'ann' });
    expect(await fileOf(await app.request(`/api/files/docs/${idOf(path)}`))).toMatchObject({
      id: idOf(path),
      owner_id: 'ann',
      mime_type: 'text/plain',
      size: 5,
      metadata,
    });
  });

  it('is bounded', async () => {
    const headers = { 'upload-metadata': uploadMetadata({ long: 'x'.repeat(10_000) }) };
    expect((await create(app, 5, { headers })).status).toBe(201);
    const nested = `${'['.repeat(50)}${']'.repeat(50)}`;
    const response = await create(app, 5, { metadata: { metadata: `{"a":${nested}}` } });
    expect(await refusal(response)).toMatchObject({ code: 'INVALID_METADATA' });
  });
});

describe('one upload', () => {
  const request = (path: string, offset: number, length: number) => [
    `PATCH ${path} HTTP/1.1`,
    'Host: x',
    'Tus-Resumable: 1.0.0',
    `Upload-Offset: ${offset}`,
    `Content-Type: ${CHUNK_TYPE}`,
    `Content-Length: ${length}`,
  ];
  const isHeld = (path: string) =>
    vi.waitFor(() => expect(app.app.uploads.locks.isHeld(idOf(path))).toBe(true));

  it('is written to by one request at a time', async () => {
    const path = await begin(app, 10);
    const first = await RawConnection.open(app.url);
    first.head(...request(path, 0, 10)).write('first');
    await isHeld(path);
    expect(await refusal(await patch(app, path, 0, 'secondtext'))).toMatchObject({
      status: 423,
      code: 'UPLOAD_LOCKED',
    });
    expect(await offsetOf(app, path)).toBe(0);
    first.write('writer');
    first.close();
    await vi.waitFor(async () => expect(await offsetOf(app, path)).toBe(10));
    const download = await app.request(`/api/files/docs/${idOf(path)}/download`);
    expect(await download.text()).toBe('firstwrite');
  });

  it('keeps what came of a request that breaks off', async () => {
    const path = await begin(app, 20_000);
    const connection = await RawConnection.open(app.url);
    connection.head(...request(path, 0, 20_000)).write('x'.repeat(8000));
    await isHeld(path);
    connection.socket.end();
    await vi.waitFor(async () => expect(await offsetOf(app, path)).toBe(8000));
    const noise = app.logLines.filter((line) => line.includes('"level":50'));
    expect(noise).toEqual([]);
    await patch(app, path, 8000, 'x'.repeat(12_000));
    expect(await offsetOf(app, path)).toBe(20_000);
  });

  it('can be given up while it is written to', async () => {
    const path = await begin(app, 20_000);
    const connection = await RawConnection.open(app.url);
    connection.head(...request(path, 0, 20_000)).write('x'.repeat(8000));
    await isHeld(path);
    expect((await tus(app, 'DELETE', path)).status).toBe(204);
    await connection.closed;
    expect((await tus(app, 'HEAD', path)).status).toBe(404);
    expect(uploadsKept(app.folder).staged).not.toContain(idOf(path));
  });

  it('takes each chunk of two rivals whole or not at all', async () => {
    const path = await begin(app, 8 * MIB);
    const rival = async (letter: string) => {
      for (;;) {
        const offset = await offsetOf(app, path);
        if (offset === 8 * MIB) return;
        await patch(app, path, offset, letter.repeat(MIB));
      }
    };
    await Promise.all([rival('a'), rival('b'), rival('c')]);
    const download = await app.request(`/api/files/docs/${idOf(path)}/download`);
    const text = await download.text();
    for (let at = 0; at < text.length; at += MIB) {
      expect(text.slice(at, at + MIB) === text.charAt(at).repeat(MIB)).toBe(true);
    }
    expect(text).toHaveLength(8 * MIB);
  });
});
