import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const HEADER_END = '\r\n\r\n';

/** A TCP connection for requests, and breaks in them, that no HTTP client would make. */
export class RawConnection {
  readonly socket: Socket;
  /** Resolves when the server has closed the connection, or cut it. */
  readonly closed: Promise<void>;
  #received = Buffer.alloc(0);
  #ended = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => (this.#received = Buffer.concat([this.#received, chunk])));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      for (const event of ['end', 'close']) {
        socket.once(event, () => {
          this.#ended = true;
          resolve();
        });
      }
    });
  }

  static async open(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const connection = new RawConnection(socket);
    await once(socket, 'connect');
    return connection;
  }

  /** Sends lines joined by CRLF and an empty one: the head of a request. */
  head(...lines: readonly string[]): this {
    return this.write(`${lines.join('\r\n')}${HEADER_END}`);
  }

  write(bytes: string | Buffer): this {
    this.socket.write(bytes);
    return this;
  }

  /** The next response; null when the connection ends without one. */
  async response(): Promise<RawResponse | null> {
    const head = await this.#until(() => this.#received.indexOf(HEADER_END));
    if (head === null) return null;
    const [statusLine = '', ...lines] = this.#received.subarray(0, head).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    this.#received = this.#received.subarray(head + HEADER_END.length);
    const chunked = headers['transfer-encoding'] === 'chunked';
    const body = chunked ? await this.#chunks() : await this.#take(Number(headers['content-length'] ?? 0));
    return { status: Number(statusLine.split(' ')[1]), headers, body };
  }

  close(): void {
    this.socket.destroy();
  }

  async #take(length: number): Promise<string> {
    await this.#until(() => (this.#received.length >= length ? length : -1));
    const taken = this.#received.subarray(0, length).toString();
    this.#received = this.#received.subarray(length);
    return taken;
  }

  async #chunks(): Promise<string> {
    for (let body = ''; ;) {
      const lineEnd = await this.#until(() => this.#received.indexOf('\r\n'));
      if (lineEnd === null) return body;
      const size = Number.parseInt(await this.#take(lineEnd + 2), 16);
      body += (await this.#take(size + 2)).slice(0, -2);
      if (size === 0) return body;
    }
  }

  async #until(find: () => number): Promise<number | null> {
    for (;;) {
      const found = find();
      if (found !== -1) return found;
      if (this.#ended) return null;
      await Promise.race([new Promise((resolve) => this.socket.once('data', resolve)), this.closed]);
    }
  }
}
