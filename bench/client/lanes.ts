import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Call } from '../server.ts';
import { AnswerReader } from './answer-reader.ts';

/** A request whose body, if it has one, is at hand. */
export interface Ask {
  readonly call: Call;
  readonly body?: readonly Buffer[];
}

const READ_SIZE = 64 * 1024;

/** Connections that are kept open, each asking one thing after the other. */
export class Lanes {
  readonly #lanes: readonly Lane[];

  private constructor(lanes: readonly Lane[]) {
    this.#lanes = lanes;
  }

  static async open(origin: string, width: number): Promise<Lanes> {
    return new Lanes(await Promise.all(Array.from({ length: width }, () => Lane.open(origin))));
  }

  /** Asks the first `count` of `next`; resolves to the milliseconds that each took. */
  async ask(count: number, next: (n: number) => Ask): Promise<number[]> {
    const latencies: number[] = [];
    let begun = 0;
    const work = async (lane: Lane) => {
      while (begun < count) {
        const ask = next(begun);
        begun += 1;
        const start = performance.now();
        await lane.ask(ask);
        latencies.push(performance.now() - start);
      }
    };
    await Promise.all(this.#lanes.map(work));
    return latencies;
  }

  close(): void {
    for (const lane of this.#lanes) lane.close();
  }
}

class Lane {
  readonly #host: string;
  readonly #socket: Socket;
  readonly #reader = new AnswerReader();
  #settle: { resolve: () => void; reject: (error: Error) => void } | null = null;

  private constructor({ host, hostname, port }: URL) {
    this.#host = host;
    const onread = { buffer: Buffer.allocUnsafe(READ_SIZE), callback: this.#read };
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true, onread });
    this.#socket.on('error', (error) => this.#done(error));
    this.#socket.on('close', () => this.#done(new Error('the server closed the connection')));
  }

  static async open(origin: string): Promise<Lane> {
    const lane = new Lane(new URL(origin));
    await once(lane.#socket, 'connect');
    return lane;
  }

  async ask({ call, body = [] }: Ask): Promise<void> {
    const { method, path, headers = {} } = call;
    const size = body.reduce((sum, part) => sum + part.length, 0);
    let head = `${method} ${path} HTTP/1.1\r\nhost: ${this.#host}\r\n`;
    for (const name in headers) head += `${name}: ${headers[name] ?? ''}\r\n`;
    if (size > 0) head += `content-length: ${size}\r\n`;
    const answered = new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#reader.begin(method);
    this.#socket.cork();
    this.#socket.write(`${head}\r\n`, 'latin1');
    for (const part of body) this.#socket.write(part);
    this.#socket.uncork();
    await answered;
    const { status } = this.#reader;
    if (status < 200 || status > 299) throw new Error(`${method} ${path}: ${status}`);
  }

  close(): void {
    this.#socket.destroy();
  }

  readonly #read = (length: number, buffer: Uint8Array): boolean => {
    try {
      if (this.#reader.push(buffer.subarray(0, length) as Buffer)) this.#done(null);
    } catch (error) {
      this.#done(error as Error);
    }
    return true;
  };

  #done(error: Error | null): void {
    const settle = this.#settle;
    this.#settle = null;
    if (error === null) settle?.resolve();
    else settle?.reject(error);
  }
}
