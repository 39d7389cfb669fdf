import { once } from 'node:events';
import { truncateSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openBucket, refusal, store, type FileJson } from '../support/files-api.ts';
import { filesBelow } from '../support/leftovers.ts';
import { descriptorsOf } from '../support/process-figures.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { SeededRandom } from '../support/seeded-random.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

/** Many times what a socket has room for. */
const SIZE = 48 * 2 ** 20 + 12_345;
const content = new SeededRandom(1).bytes(SIZE);

let app: TestApp;
let file: FileJson;
beforeAll(async () => {
  app = await startApp({ schema: openBucket(), env: { ALYX_SERVER_IDLE_TIMEOUT: '2s' } });
  file = await store(app, 'docs', 'large.bin', content);
});
afterAll(() => app.dispose());

const pathOf = ({ id }: FileJson) => `/api/files/docs/${id}/download`;

async function download(headers: Record<string, string> = {}, of = file): Promise<IncomingMessage> {
  // On a connection of its own: one that is kept might be closed just when it is used again.
  const request = get(`${app.url}${pathOf(of)}`, { headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

it('brings every byte, to several at once', async () => {
  const downloads = Array.from({ length: 4 }, async () => buffer(await download()));
  for (const bytes of await Promise.all(downloads)) expect(bytes.equals(content)).toBe(true);
});

it.each([
  [1, SIZE - 2],
  [65_536, 65_536 * 3],
  [SIZE - 100_000, SIZE - 1],
  [12_345_678, 23_456_789],
])('brings the range %i-%i', async (start, end) => {
  const response = await download({ range: `bytes=${start}-${end}` });
  expect((await buffer(response)).equals(content.subarray(start, end + 1))).toBe(true);
});

it('brings every byte to a client that stops and goes on, for longer than a connection may be idle', async () => {
  const response = await download();
  const received: Buffer[] = [];
  const started = performance.now();
  for await (const chunk of response as AsyncIterable<Buffer>) {
    received.push(chunk);
    const due = started + (received.length * chunk.length * 3_000) / SIZE;
    while (performance.now() < due) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(Buffer.concat(received).equals(content)).toBe(true);
});

it('brings every byte to a client that takes so few at a time that the socket has room for more only now and then', async () => {
  const response = await download();
  const received: Buffer[] = [];
  const slowUntil = performance.now() + 6_000;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    received.push(chunk);
    if (performance.now() < slowUntil) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(Buffer.concat(received).equals(content)).toBe(true);
});

it('ends for a client that takes nothing any more', async () => {
  const connected = once(app.app.http.server, 'connection') as Promise<[Socket]>;
  const response = await download();
  const [connection] = await connected;
  await once(connection, 'close');
  response.destroy();
});

it('keeps to the order of requests that come before the first is answered', async () => {
  const connection = await RawConnection.open(app.url);
  const small = await store(app, 'docs', 'small.txt', 'and then this');
  const range = 'range: bytes=0-9999999';
  connection.head(`GET ${pathOf(file)} HTTP/1.1`, 'host: x', range);
  connection.head(`GET ${pathOf(small)} HTTP/1.1`, 'host: x');
  connection.head(`GET ${pathOf(file)} HTTP/1.1`, 'host: x', range);
  const bodies = [await connection.response(), await connection.response(), await connection.response()];
  const large = content.subarray(0, 10_000_000).toString();
  expect(bodies.map((response) => response?.body === large)).toEqual([true, false, true]);
  expect(bodies[1]?.body).toBe('and then this');
  connection.close();
});

it('leaves nothing open behind clients that break off', async () => {
  await buffer(await download());
  const before = descriptorsOf(process.pid);
  for (let n = 0; n < 40; n += 1) {
    const response = await download();
    await once(response, 'readable');
    if (n % 2 === 0) response.socket.resetAndDestroy();
    else response.destroy();
  }
  await vi.waitFor(() => expect(descriptorsOf(process.pid)).toBeLessThanOrEqual(before), 5_000);
  expect((await buffer(await download())).equals(content)).toBe(true);
  expect(app.logLines.filter((line) => line.includes('a download broke off'))).toEqual([]);
});

it('is refused where the bytes were cut on the disk, and breaks off where they are cut meanwhile', async () => {
  const storage = join(app.folder, 'data/storage');
  const before = filesBelow(storage);
  const cut = await store(app, 'docs', 'cut.bin', content);
  const [path = ''] = filesBelow(storage).filter((one) => !before.includes(one));
  const response = await download({}, cut);
  truncateSync(join(storage, path), 20_000_000);
  await expect(buffer(response)).rejects.toThrow('aborted');
  const complaints = () => app.logLines.filter((line) => line.includes('a download broke off'));
  await vi.waitFor(() =>
    expect(complaints().join('')).toContain('the file ends at byte 20000000 instead of'),
  );

  const again = await app.request(pathOf(cut));
  expect([again.status, (await refusal(again)).code]).toEqual([500, 'INTERNAL_ERROR']);
  expect(complaints()).toHaveLength(1);
});
