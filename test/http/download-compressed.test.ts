import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBucket, OPEN_RULES, store, type FileJson } from '../support/files-api.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const SCHEMA = `buckets:
  gzip: { backend: local, compression: gzip, rules: ${OPEN_RULES} }
  zstd: { backend: local, compression: true, rules: ${OPEN_RULES} }
`;
const CONTENT = Buffer.from(Array.from({ length: 60_000 }, (_, i) => `line ${i}\n`).join(''));
const DECODE = { gzip: gunzipSync, zstd: zstdDecompressSync };

let app: TestApp;
const files = new Map<string, FileJson>();
beforeAll(async () => {
  app = await startApp({ schema: SCHEMA });
  for (const bucket of ['gzip', 'zstd']) files.set(bucket, await store(app, bucket, 'lines.txt', CONTENT));
});
afterAll(() => app.dispose());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Buffer;
}

/** Without fetch, which decodes what it gets. */
async function get(bucket: string, headers: Record<string, string>, method = 'GET'): Promise<Answer> {
  const connection = await RawConnection.open(app.url);
  const chunks: Buffer[] = [];
  connection.socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const path = `/api/files/${bucket}/${String(files.get(bucket)?.id)}/download`;
  connection.head(`${method} ${path} HTTP/1.1`, 'Host: x', 'Connection: close', ...lines);
  await connection.closed;
  const all = Buffer.concat(chunks);
  const end = all.indexOf('\r\n\r\n');
  const response = await connection.response();
  if (response === null) throw new Error('no response');
  return { ...response, bytes: all.subarray(end + 4) };
}

describe.each(['gzip', 'zstd'] as const)('a file compressed with %s', (coding) => {
  it('shows both of its sizes', () => {
    const file = files.get(coding);
    expect(file).toMatchObject({
      compressed: true,
      compression_type: coding,
      size: CONTENT.length,
      original_size: CONTENT.length,
    });
    expect(file?.stored_size).toBeLessThan(CONTENT.length / 2);
  });

  it('goes out as it lies there to a client that names the coding', async () => {
    const { status, headers, bytes } = await get(coding, { 'accept-encoding': `br, ${coding};q=0.5` });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-encoding': coding, vary: 'Accept-Encoding' });
    expect(bytes.length).toBe(files.get(coding)?.stored_size);
    expect(DECODE[coding](bytes).equals(CONTENT)).toBe(true);
  });

  it.each(['identity', `${coding};q=0`, 'br', '*', null])(
    'goes out decoded to a client that says %s',
    async (accepted) => {
      const { status, headers, bytes } = await get(
        coding,
        accepted === null ? {} : { 'accept-encoding': accepted },
      );
      expect([status, headers['content-encoding'], headers['vary']]).toEqual([
        200,
        undefined,
        'Accept-Encoding',
      ]);
      expect(headers['content-length']).toBe(String(CONTENT.length));
      expect(headers['repr-digest']).toMatch(/^sha-256=:/);
      expect(bytes.equals(CONTENT)).toBe(true);
    },
  );

  it('has another entity tag in each form, and each answers 304 to its own', async () => {
    const coded = { 'accept-encoding': coding };
    const plainTag = String((await get(coding, {}, 'HEAD')).headers['etag']);
    const codedTag = String((await get(coding, coded, 'HEAD')).headers['etag']);
    expect(plainTag).not.toBe(codedTag);
    expect((await get(coding, { 'if-none-match': plainTag })).status).toBe(304);
    expect((await get(coding, { ...coded, 'if-none-match': codedTag })).status).toBe(304);
    expect((await get(coding, { ...coded, 'if-none-match': plainTag })).status).toBe(200);
    const { headers } = await get(coding, { ...coded, 'if-none-match': codedTag });
    expect(headers['vary']).toBe('Accept-Encoding');
  });

  it.each(['', coding])(
    'counts ranges over the decoded bytes, whatever is accepted (%s)',
    async (accepted) => {
      const range = { range: 'bytes=500000-500019' };
      const { status, headers, bytes } = await get(coding, { 'accept-encoding': accepted, ...range });
      expect([status, headers['content-encoding']]).toEqual([206, undefined]);
      expect(headers['content-range']).toBe(`bytes 500000-500019/${CONTENT.length}`);
      expect(bytes.toString()).toBe(CONTENT.subarray(500_000, 500_020).toString());
    },
  );

  it('ignores a range for the other form', async () => {
    const codedTag = String((await get(coding, { 'accept-encoding': coding }, 'HEAD')).headers['etag']);
    const { status } = await get(coding, { range: 'bytes=0-3', 'if-range': codedTag });
    expect(status).toBe(200);
  });

  it('announces to HEAD what GET sends', async () => {
    const { headers, bytes } = await get(coding, { 'accept-encoding': coding }, 'HEAD');
    expect(headers['content-length']).toBe(String(files.get(coding)?.stored_size));
    expect(bytes.length).toBe(0);
  });
});

describe('what is compressed already', () => {
  it('is stored as it is', async () => {
    const file = await store(
      app,
      'zstd',
      'a.gif',
      Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(10_000)]),
    );
    expect(file).toMatchObject({
      compressed: false,
      compression_type: null,
      original_size: null,
      stored_size: 10_006,
    });
  });
});

describe('a bucket whose compression changes', () => {
  it('serves the files it has as they were written', async () => {
    const schema = openBucket('compression: gzip');
    const first = await startApp({ schema });
    const old = await store(first, 'docs', 'old.txt', CONTENT);
    await first.close();
    const second = await startApp({ schema: openBucket(), folder: first.folder });
    const fresh = await store(second, 'docs', 'new.txt', CONTENT);
    for (const { id } of [old, fresh]) {
      const response = await second.request(`/api/files/docs/${id}/download`);
      expect(Buffer.from(await response.arrayBuffer()).equals(CONTENT)).toBe(true);
    }
    expect([old.compression_type, fresh.compression_type]).toEqual(['gzip', null]);
    await second.close();
    await first.dispose();
  });
});
