import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, expect, it, vi } from 'vitest';
import { pipeAndGiveBack } from '../../../src/http/reading/pipe-and-give-back.ts';

const CHUNK = 64 * 1024;
const COUNT = 200;

let server: Server;
afterEach(() => void server.close());

const chunk = (n: number): Buffer => Buffer.alloc(CHUNK, `chunk ${n} `);

/** A server that answers with `content`, of which it has announced `length` bytes. */
async function serve(content: Readable, length: number): Promise<IncomingMessage> {
  server = createServer((_request, response) => {
    response.setHeader('content-length', length);
    pipeAndGiveBack(content, response, length);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const request = get(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

it('sends every byte, and then has none of them left', async () => {
  const chunks = Array.from({ length: COUNT }, (_, n) => chunk(n));
  const received = await buffer(await serve(Readable.from(chunks), COUNT * CHUNK));
  expect(received.equals(Buffer.concat(Array.from({ length: COUNT }, (_, n) => chunk(n))))).toBe(true);
  await vi.waitFor(() => expect(chunks.reduce((left, { length }) => left + length, 0)).toBe(0));
});

it('reads no further than a slow client does', async () => {
  let made = 0;
  const content = Readable.from(
    (function* () {
      for (; made < 4000; made += 1) yield chunk(made);
    })(),
    { objectMode: false },
  );
  const response = await serve(content, 4000 * CHUNK);
  response.pause();
  await vi.waitFor(() => expect(content.isPaused()).toBe(true));
  expect(made).toBeLessThan(4000);
  expect(await buffer(response)).toHaveLength(4000 * CHUNK);
});

it('breaks off when there is less than was announced', async () => {
  const content = Readable.from([chunk(0)]);
  const failed = once(content, 'error');
  await expect(serve(content, 2 * CHUNK).then(buffer)).rejects.toThrow(/aborted|hang up/);
  expect(String(await failed)).toContain('ended 65536 bytes early');
});

it('sends no more than was announced, and closes the connection when there is more', async () => {
  const content = Readable.from([chunk(0), chunk(1), chunk(2)]);
  const failed = once(content, 'error');
  const response = await serve(content, 2 * CHUNK);
  const { socket } = response;
  expect(await buffer(response)).toHaveLength(2 * CHUNK);
  expect(String(await failed)).toContain('more than 131072 bytes');
  await vi.waitFor(() => expect(socket.destroyed).toBe(true));
});
