import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { downloadStream } from '../../src/storage/s3-download.ts';

const BODY = randomBytes(8 * 1024 * 1024);
/** Worth giving back. */
const LARGE = 16 * 1024;

let server: Server;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
beforeAll(async () => {
  server = createServer((_request, response) => response.end(BODY)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  agent.destroy();
  server.close();
});

async function answer(): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo;
  const [response] = (await once(get({ host: '127.0.0.1', port, agent }), 'response')) as [IncomingMessage];
  return response;
}

const download = (source: IncomingMessage) => downloadStream(source, 10_000, (error) => error as Error);

/** Everything that the connection reads from now on. */
function readsOf(socket: Socket): Buffer[] {
  const reads: Buffer[] = [];
  socket.prependListener('data', (bytes: Buffer) => reads.push(bytes));
  return reads;
}

it('gives back what the connection read, and every byte of the body is right, however slowly they are taken', async () => {
  const source = await answer();
  const reads = readsOf(source.socket);
  const hash = createHash('sha256');
  for await (const chunk of download(source) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(hash.digest('hex')).toBe(createHash('sha256').update(BODY).digest('hex'));
  expect(reads.length).toBeGreaterThan(50);
  expect(reads.filter(({ length }) => length >= LARGE)).toEqual([]);
});

it('leaves the connection as it was for the next request', async () => {
  for (let n = 0; n < 3; n += 1) {
    const source = await answer();
    const { socket } = source;
    const before = socket.listeners('data');
    expect(Buffer.concat(await download(source).toArray()).equals(BODY)).toBe(true);
    expect(before).toEqual(expect.arrayContaining(socket.listeners('data')));
  }
});

it('stops with a download that is given up', async () => {
  const source = await answer();
  const { socket } = source;
  const before = socket.listeners('data');
  const stream = download(source);
  expect(socket.listeners('data')).toHaveLength(before.length + 1);
  stream.destroy();
  await once(stream, 'close');
  expect(before).toEqual(expect.arrayContaining(socket.listeners('data')));
});
