import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A wire between a client and a server that a test can cut, silence and count. */
export class TcpRelay {
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  /** Called with the socket to the client whenever the server has sent something. */
  onAnswer: (client: Socket, relayed: number) => void = () => undefined;

  private constructor(target: string) {
    this.#target = new URL(target);
  }

  static async start(target: string): Promise<TcpRelay> {
    const relay = new TcpRelay(target);
    await relay.resume();
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Connections from clients that are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Listens, on the same port as before. */
  async resume(): Promise<void> {
    const server = createServer((client) => this.#relay(client));
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Cuts everything and refuses new connections. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #relay(client: Socket): void {
    const upstream = connect(Number(this.#target.port), this.#target.hostname);
    let relayed = 0;
    this.#sockets.add(client);
    client.on('close', () => {
      this.#sockets.delete(client);
      upstream.destroy();
    });
    upstream.on('close', () => client.destroy());
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
    client.pipe(upstream);
    upstream.pipe(client);
    upstream.on('data', (chunk) => {
      relayed += chunk.length;
      this.onAnswer(client, relayed);
    });
  }
}
