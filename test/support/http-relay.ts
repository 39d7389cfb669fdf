import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream';

/** Answers in place of the server and returns true, or returns false and lets the request pass. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Stands between a client and an HTTP server; a test counts, cuts and answers there. */
export class HttpRelay {
  readonly #target: URL;
  readonly #server = createServer((request, response) => this.#relay(request, response));
  readonly #sockets = new Set<Socket>();
  #port = 0;
  intercept: Intercept = () => false;
  /** Whether the server's answer is lost on its way to the client. */
  losesAnswer: (request: IncomingMessage) => boolean = () => false;

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(target: string): Promise<HttpRelay> {
    const relay = new HttpRelay(target);
    await relay.resume();
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Clients' connections that are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Listens, on the port it had before. */
  async resume(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Cuts everything and refuses new connections. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #relay(request: IncomingMessage, response: ServerResponse): void {
    if (this.intercept(request, response)) return;
    const { method, url, headers } = request;
    const { hostname, port } = this.#target;
    const onward = send({ hostname, port, method, path: url, headers }, (answer) => {
      if (this.losesAnswer(request)) return void request.socket.destroy();
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      pipeline(answer, response, () => undefined);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    pipeline(request, onward, (error) => {
      if (error) response.destroy();
    });
  }
}
