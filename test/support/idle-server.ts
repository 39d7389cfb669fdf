import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that does nothing but answer: how long that takes tells how busy the machine is. */
const server = createServer((_request, response) => response.end('ok'));
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(String((server.address() as AddressInfo).port));
});
