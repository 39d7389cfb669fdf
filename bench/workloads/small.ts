import { NOISE, formFrame } from '../client/bodies.ts';
import type { Ask } from '../client/lanes.ts';
import { creationWithUpload } from '../client/upload-by-tus.ts';
import type { Call, Server, Stored } from '../server.ts';
import { freshName, type Stock } from '../stock.ts';
import type { Workload } from '../workload.ts';
import { withLanes } from './many.ts';

const SMALL = 16 * 1024;
const BODY = NOISE.subarray(0, SMALL);
/** How many files are asked for, in turn. */
const FILES = 500;
/** Each link is made by a request of its own. */
const SIGNED_FILES = 50;
/**
 * Where a request takes but microseconds, a server that has just begun mostly compiles: V8 does that anew for whatever
 * was called 3,000 times. Users' servers have run for longer.
 */
const ROWS_WARM_UP_SHARE = 1;

export function smallUploads(files: number, suffix = ''): Workload {
  return {
    name: `${files.toLocaleString('en')} × 16 KiB up at 16${suffix}`,
    measure: 'rate',
    bytes: files * SMALL,
    async prepare({ server }) {
      const ask = uploadBy(server);
      return ask === null ? null : withLanes(server, 16, files, ask);
    },
  };
}

/** One request for each file, whatever way the server has for that. */
function uploadBy({ putRaw, postForm, tus }: Server): (() => Ask) | null {
  if (putRaw !== undefined) return () => ({ call: putRaw(freshName()), body: [BODY] });
  if (postForm !== undefined) {
    return () => {
      const name = freshName();
      const call = postForm(name);
      const { head, tail, contentType } = formFrame(call.field, name);
      return { call: withHeaders(call, { 'content-type': contentType }), body: [head, BODY, tail] };
    };
  }
  if (tus === undefined) return null;
  return () => {
    const name = freshName();
    return { call: withHeaders(tus(name), creationWithUpload(name, SMALL)), body: [BODY] };
  };
}

export function smallDownloads(requests: number): Workload {
  return inTurn('16 KiB down at 32', requests, ({ download }) => download);
}

export function metadata(requests: number): Workload {
  return inTurn('metadata by id at 32', requests, (server) => server.metadata, ROWS_WARM_UP_SHARE);
}

/** The calls for some files, one after the other. */
function inTurn(
  name: string,
  requests: number,
  pick: (server: Server) => ((stored: Stored) => Call) | undefined,
  warmUpShare?: number,
): Workload {
  return {
    name,
    measure: 'rate',
    async prepare(stock) {
      const toCall = pick(stock.server);
      if (toCall === undefined) return null;
      return askInTurn(stock, FILES, requests, async (one) => toCall(one), warmUpShare);
    },
  };
}

export function signedDownloads(requests: number): Workload {
  return {
    name: 'signed download at 32',
    measure: 'rate',
    async prepare(stock) {
      const { signed } = stock.server;
      return signed === undefined ? null : askInTurn(stock, SIGNED_FILES, requests, signed);
    },
  };
}

async function askInTurn(
  stock: Stock,
  count: number,
  requests: number,
  toCall: (stored: Stored) => Promise<Call>,
  warmUpShare?: number,
) {
  const files = await stock.take(count, SMALL);
  const asks: Ask[] = [];
  for (const file of files) asks.push({ call: await toCall(file) });
  const next = (n: number) => {
    const ask = asks[n % asks.length];
    if (ask === undefined) throw new Error('nothing was stored');
    return ask;
  };
  return withLanes(stock.server, 32, requests, next, warmUpShare);
}

function withHeaders(call: Call, headers: Readonly<Record<string, string>>): Call {
  return { ...call, headers: { ...call.headers, ...headers } };
}
