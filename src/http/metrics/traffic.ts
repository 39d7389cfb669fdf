import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { bytesSent } from '../../lib/sendfile.ts';

/** Bytes, of every connection since the start. */
export interface Bytes {
  readonly received: number;
  readonly sent: number;
}

/** What goes over a server's connections. Each keeps its own count, which is read when somebody asks. */
export class Traffic {
  readonly #open = new Set<Socket>();
  #closed: Bytes = { received: 0, sent: 0 };

  constructor(server: Server) {
    server.on('connection', (socket) => {
      this.#open.add(socket);
      socket.once('close', () => {
        this.#open.delete(socket);
        this.#closed = plus(this.#closed, socket);
      });
    });
  }

  total(): Bytes {
    return [...this.#open].reduce(plus, this.#closed);
  }
}

function plus({ received, sent }: Bytes, socket: Socket): Bytes {
  return { received: received + socket.bytesRead, sent: sent + bytesSent(socket) };
}
