import { once } from 'node:events';
import { createServer, type ListenOptions, type Server } from 'node:net';
import { platform } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

export interface ListenAddress {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/**
 * libuv accepts one connection per listener and turn of the event loop, so that behind 400 that arrive at once a new
 * one waits for 400 turns; that many listeners take that many in each. More make the turns longer.
 */
const LISTENERS = 32;

/** An abstract socket: it leaves no file, and is there as long as the process that has it. */
const TURN: ListenOptions = { path: '\0alyx-listen' };
const TURN_PATIENCE_MS = 1_000;
const TURN_RETRY_MS = 10;

/** What the server listens on: several sockets that share its address, where the system has that, else one. */
export class Listeners {
  readonly #app: FastifyInstance;
  readonly #more: Server[] = [];
  #drained: Promise<unknown> = Promise.resolve();

  constructor(app: FastifyInstance) {
    this.#app = app;
    app.addHook('preClose', async () => this.#stop());
  }

  /** Rejects, as `listen` of node:net does, when the address is somebody else's. */
  async open(address: ListenAddress): Promise<void> {
    const turn = await takeTurn();
    const options = { ...address, reusePort: turn !== null, listenTextResolver: () => '' };
    try {
      if (turn !== null) await requireFree(address);
      await this.#app.listen(options);
    } finally {
      turn?.close();
    }
    const bound = this.#app.server.address();
    if (turn === null || bound === null || typeof bound === 'string') return;
    while (this.#more.length < LISTENERS - 1) await this.#add({ ...address, port: bound.port });
  }

  /** Resolves when everybody whom the additional listeners let in is gone, once the server is closing. */
  async drained(): Promise<void> {
    await this.#drained;
  }

  async #add(address: ListenAddress): Promise<void> {
    const { server } = this.#app;
    // As the HTTP server makes its own.
    const listener = createServer({ allowHalfOpen: true, noDelay: true });
    listener.on('connection', (socket) => server.emit('connection', socket));
    await listening(listener, { ...address, reusePort: true });
    listener.on('error', (error) => server.emit('error', error));
    this.#more.push(listener);
  }

  #stop(): void {
    this.#drained = Promise.all(this.#more.map((listener) => closed(listener)));
  }
}

/**
 * Sockets that share an address would let in a second server that shares it too, unnoticed. So a server first makes
 * sure that nobody listens there, and while it does, no other one may do the same. Null where addresses are not shared.
 */
async function takeTurn(): Promise<Server | null> {
  if (platform() !== 'linux') return null;
  for (let waited = 0; waited < TURN_PATIENCE_MS; waited += TURN_RETRY_MS) {
    try {
      return await listening(createServer(), TURN);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return null;
    }
    await pause(TURN_RETRY_MS);
  }
  return null;
}

/** Rejects when somebody listens there, whether they would share the address or not. */
async function requireFree(address: ListenAddress): Promise<void> {
  // The system never gives away a port that is in use.
  if (address.port !== 0) await closed(await listening(createServer(), address));
}

async function listening(server: Server, options: ListenOptions): Promise<Server> {
  server.listen(options);
  await once(server, 'listening');
  return server;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
