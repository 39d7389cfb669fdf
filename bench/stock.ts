import { bytes, formFrame, inForm, type Body } from './client/bodies.ts';
import { exchange } from './client/exchange.ts';
import { inParallel } from './client/in-parallel.ts';
import { uploadByTus } from './client/upload-by-tus.ts';
import type { Server, Stored } from './server.ts';

let serial = 0;

/** A name that no server has seen. */
export function freshName(): string {
  serial += 1;
  return `bench-${serial}.bin`;
}

/** Stores one file by whatever way the server has. */
export async function store(server: Server, body: Body): Promise<Stored> {
  const { origin, putRaw, postForm } = server;
  const name = freshName();
  if (putRaw !== undefined) return exchange(origin, name, putRaw(name), body);
  if (postForm === undefined) return uploadByTus(server, name, [body]);
  const call = postForm(name);
  const frame = formFrame(call.field, name);
  const headers = { ...call.headers, 'content-type': frame.contentType };
  return exchange(origin, name, { ...call, headers }, inForm(frame, body));
}

/** What one server holds by now, so that downloads need not upload again what an earlier workload did. */
export class Stock {
  readonly server: Server;
  readonly #files = new Map<number, Stored[]>();

  constructor(server: Server) {
    this.server = server;
  }

  add(size: number, stored: Stored): void {
    this.#files.set(size, [...(this.#files.get(size) ?? []), stored]);
  }

  /** So many files of a size. */
  async take(count: number, size: number, piece?: Buffer): Promise<readonly Stored[]> {
    const there = this.#files.get(size) ?? [];
    await inParallel(count - there.length, 8, async () => {
      there.push(await store(this.server, bytes(size, piece)));
    });
    this.#files.set(size, there);
    return there.slice(0, count);
  }
}
