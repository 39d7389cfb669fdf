import { bytes, formFrame, inForm } from '../client/bodies.ts';
import { exchange } from '../client/exchange.ts';
import { uploadByTus } from '../client/upload-by-tus.ts';
import type { Stored } from '../server.ts';
import { freshName, store, type Stock } from '../stock.ts';
import { once, type Measured, type Workload } from '../workload.ts';
import { label, withLanes } from './many.ts';

const MIB = 2 ** 20;
const RANGE = 64 * 1024;
/** What the code of an upload is warmed up with. */
const WARM_UP = 4 * MIB;

/** The disk's time is what it shows, so time is compared. */
export function durableUpload(size: number): Workload {
  return { ...rawUpload(size), name: `${label(size)} up, durable`, measure: 'time' };
}

export function rawUpload(size: number): Workload {
  return upload(`${label(size)} up, raw body`, size, ({ server }) => {
    const { origin, putRaw } = server;
    if (putRaw === undefined) return null;
    return async (length) => {
      const name = freshName();
      return exchange(origin, name, putRaw(name), bytes(length));
    };
  });
}

/** Servers that know no forms take the raw body: the least there is to compare with. */
export function formUpload(size: number): Workload {
  return upload(`${label(size)} up, multipart`, size, ({ server }) => {
    const { origin, postForm } = server;
    if (postForm === undefined) return (length) => store(server, bytes(length));
    return async (length) => {
      const name = freshName();
      const call = postForm(name);
      const frame = formFrame(call.field, name);
      const headers = { ...call.headers, 'content-type': frame.contentType };
      return exchange(origin, name, { ...call, headers }, inForm(frame, bytes(length)));
    };
  });
}

export function tusUpload(size: number, chunk: number, way: string): Workload {
  return upload(`${label(size)} up, TUS ${way}`, size, ({ server }) => {
    if (server.tus === undefined) return null;
    return async (length) => {
      const sizes = Array.from({ length: Math.ceil(length / chunk) }, (_, n) =>
        Math.min(chunk, length - n * chunk),
      );
      return uploadByTus(
        server,
        freshName(),
        sizes.map((piece) => bytes(piece)),
      );
    };
  });
}

function upload(
  name: string,
  size: number,
  way: (stock: Stock) => ((length: number) => Promise<Stored>) | null,
): Workload {
  return {
    name,
    measure: 'cpu',
    bytes: size,
    async prepare(stock) {
      const send = way(stock);
      if (send === null) return null;
      await send(WARM_UP);
      return once(async () => stock.add(size, await send(size)));
    },
  };
}

export function wholeDownload(size: number): Workload {
  return {
    name: `${label(size)} down`,
    measure: 'cpu',
    bytes: size,
    async prepare(stock) {
      const { origin, download } = stock.server;
      if (download === undefined) return null;
      const get = async (length: number) => {
        const [stored] = await stock.take(1, length);
        if (stored === undefined) throw new Error('nothing was stored');
        const { received } = await exchange(origin, stored.name, download(stored));
        if (received !== length) throw new Error(`${received} bytes came instead of ${length}`);
      };
      await stock.take(1, size);
      await get(WARM_UP);
      return once(() => get(size));
    },
  };
}

/** Ranges from all over one file. */
export function rangeDownloads(size: number, requests: number): Workload {
  return {
    name: '64 KiB ranges at 32',
    measure: 'rate',
    bytes: requests * RANGE,
    async prepare(stock): Promise<Measured | null> {
      const { download, ranges } = stock.server;
      if (download === undefined || ranges === false) return null;
      const [stored] = await stock.take(1, size);
      if (stored === undefined) throw new Error('nothing was stored');
      const call = download(stored);
      return withLanes(stock.server, 32, requests, (n) => {
        const start = (n * 7919 * RANGE) % (size - RANGE);
        const range = `bytes=${start}-${start + RANGE - 1}`;
        return { call: { ...call, headers: { ...call.headers, range } } };
      });
    },
  };
}
