import { once } from 'node:events';
import type { Socket } from 'node:net';
import { platform } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeServer } from '../../src/http/close-server.ts';
import { Listeners } from '../../src/http/listeners.ts';
import { openBucket } from '../support/files-api.ts';
import { freePort } from '../support/free-port.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

/** So many that the system spreads them over several listeners. */
const CROWD = 40;
const HALF = Buffer.alloc(5_000, 'x');

describe('two servers that start at the same moment', () => {
  it('never share a port', async () => {
    for (let round = 0; round < 5; round += 1) {
      const port = await freePort();
      const servers = [fastify(), fastify()];
      const started = servers.map((server) => new Listeners(server).open({ host: '127.0.0.1', port }));
      const outcomes = await Promise.allSettled(started);
      await Promise.all(servers.map((server) => server.close()));
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const refused = outcomes.find((outcome) => outcome.status === 'rejected');
      expect(refused?.reason).toMatchObject({ code: 'EADDRINUSE' });
    }
  });
});

describe.skipIf(platform() !== 'linux')('a server that closes', () => {
  it('waits for a request on a connection that an additional listener let in', async () => {
    const server = fastify();
    const listeners = new Listeners(server);
    const [asked, answer] = [Promise.withResolvers<undefined>(), Promise.withResolvers<string>()];
    server.get('/', () => {
      asked.resolve(undefined);
      return answer.promise;
    });
    await listeners.open({ host: '127.0.0.1', port: 0 });
    const connection = await connectBeside(server);
    connection.head('GET / HTTP/1.1', 'Host: x');
    await asked.promise;

    let isClosed = false;
    const closing = closeServer(server, listeners, 60_000).then(() => (isClosed = true));
    await server.close();
    await setImmediate();
    expect(isClosed).toBe(false);
    answer.resolve('well');
    expect(await connection.response()).toMatchObject({ status: 200, body: 'well' });
    await closing;
  });
});

/** Connects until another listener than the HTTP server's own lets it in. */
async function connectBeside({ server, listeningOrigin }: FastifyInstance): Promise<RawConnection> {
  for (;;) {
    const accepted = once(server, 'connection');
    const connection = await RawConnection.open(listeningOrigin);
    const [socket] = (await accepted) as [Socket];
    const count = promisify<number>((done) => void server.getConnections((error, n) => done(error, n)));
    if ((await count()) === 0) return connection;
    connection.close();
    await once(socket, 'close');
  }
}

describe('a server that closes while a crowd of clients sends', () => {
  let app: TestApp;
  let uploads: RawConnection[];
  beforeEach(async () => {
    app = await startApp({ schema: openBucket() });
    uploads = await Promise.all(Array.from({ length: CROWD }, () => RawConnection.open(app.url)));
    for (const [n, upload] of uploads.entries()) {
      upload.head(`PUT /api/files/docs?name=x${n} HTTP/1.1`, 'Host: x', `Content-Length: ${HALF.length * 2}`);
      upload.write(HALF);
    }
    const metrics = async () => (await fetch(`${app.url}/metrics`)).text();
    await vi.waitFor(
      async () => expect(await metrics()).toMatch(new RegExp(`^alyx_uploads_in_flight ${CROWD}$`, 'm')),
      { timeout: 20_000 },
    );
  });
  afterEach(async () => {
    for (const upload of uploads) upload.close();
    await app.dispose();
  });

  it('accepts nobody any more, and lets all of them finish, whichever listener let them in', async () => {
    const closed = app.app.close(60_000);
    await vi.waitFor(() => expect(RawConnection.open(app.url)).rejects.toThrow('ECONNREFUSED'));
    for (const upload of uploads) upload.write(HALF);
    const statuses = await Promise.all(uploads.map(async (upload) => (await upload.response())?.status));
    expect(statuses).toEqual(Array.from({ length: CROWD }, () => 201));
    await closed;
  });

  it('cuts off all who have not finished in time', async () => {
    await app.app.close(50);
    await Promise.all(uploads.map(({ closed }) => closed));
  });
});
