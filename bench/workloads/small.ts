import { bytes, exchange, form, inParallel } from '../client.ts';
import type { Call, Server, Stored } from '../server.ts';
import type { Latencies, Workload } from '../workload.ts';
import { freshName, store } from './large.ts';

const SMALL = 16 * 1024;
const RANGE = 64 * 1024;
const RANGED_FILE = 256 * 2 ** 20;

/** Many small requests. */
export function smallRequests(files = 2_000, requests = 6_000): readonly Workload[] {
  return [
    {
      name: `${files} × 16 KiB up at 16`,
      measure: 'rate',
      prepare: async (server) => uploads(server, files),
    },
    { name: '16 KiB down at 32', measure: 'rate', prepare: (server) => downloads(server, requests) },
    { name: '64 KiB ranges at 32', measure: 'rate', prepare: (server) => ranges(server, requests) },
    { name: 'metadata by id at 32', measure: 'rate', prepare: (server) => metadata(server, requests) },
    { name: 'signed download at 32', measure: 'rate', prepare: (server) => signed(server, requests) },
    {
      name: 'list of 100 in 100,000, first page',
      measure: 'rate',
      prepare: (server) => lists(server, 'first'),
    },
    {
      name: 'list of 100 in 100,000, deep page',
      measure: 'rate',
      prepare: (server) => lists(server, 'deep'),
    },
  ];
}

/** Runs calls so many at a time and notes how long each took. */
async function timed(
  origin: string,
  count: number,
  width: number,
  work: (n: number) => {
    readonly name: string;
    readonly call: Call;
    readonly body?: ReturnType<typeof bytes>;
  },
): Promise<Latencies> {
  const latencies: Latencies = [];
  await inParallel(count, width, async (n) => {
    const { name, call, body } = work(n);
    const start = performance.now();
    await exchange(origin, name, call, body);
    latencies.push(performance.now() - start);
  });
  return latencies;
}

function uploads({ origin, putRaw, postForm }: Server, files: number) {
  if (putRaw !== undefined) {
    return () =>
      timed(origin, files, 16, () => {
        const name = freshName();
        return { name, call: putRaw(name), body: bytes(SMALL) };
      });
  }
  if (postForm === undefined) return null;
  return () =>
    timed(origin, files, 16, () => {
      const name = freshName();
      const call = postForm(name);
      const { body, contentType } = form(call.field, name, bytes(SMALL));
      return { name, call: { ...call, headers: { ...call.headers, 'content-type': contentType } }, body };
    });
}

async function storeSome(server: Server, count: number, size: number): Promise<Stored[]> {
  const stored: Stored[] = [];
  await inParallel(count, 8, async () => void stored.push(await store(server, freshName(), size)));
  return stored;
}

/** The call for the nth of some files, in turn. */
function inTurn(stored: readonly Stored[], toCall: (stored: Stored) => Call, extra: Call['headers'] = {}) {
  const calls = stored.map((one) => {
    const call = toCall(one);
    return { name: one.name, call: { ...call, headers: { ...call.headers, ...extra } } };
  });
  return (n: number) => {
    const call = calls[n % calls.length];
    if (call === undefined) throw new Error('nothing was stored');
    return call;
  };
}

async function downloads(server: Server, requests: number) {
  const { origin, download } = server;
  if (download === undefined) return null;
  const next = inTurn(await storeSome(server, 500, SMALL), download);
  return () => timed(origin, requests, 32, next);
}

async function metadata(server: Server, requests: number) {
  if (server.metadata === undefined) return null;
  const next = inTurn(await storeSome(server, 500, SMALL), server.metadata);
  return () => timed(server.origin, requests, 32, next);
}

async function signed(server: Server, requests: number) {
  if (server.signed === undefined) return null;
  const [stored] = await storeSome(server, 1, SMALL);
  if (stored === undefined) return null;
  const call = await server.signed(stored);
  return () => timed(server.origin, requests, 32, () => ({ name: stored.name, call }));
}

async function ranges(server: Server, requests: number) {
  const { origin, download, name } = server;
  // @tus/server serves whole files only.
  if (download === undefined || name === '@tus/server') return null;
  const stored = await store(server, freshName(), RANGED_FILE);
  return () =>
    timed(origin, requests, 32, (n) => {
      const start = (n * 7919 * RANGE) % (RANGED_FILE - RANGE);
      const call = download(stored);
      const range = `bytes=${start}-${start + RANGE - 1}`;
      return { name: stored.name, call: { ...call, headers: { ...call.headers, range } } };
    });
}

async function lists(server: Server, place: 'first' | 'deep') {
  if (server.list === undefined || server.seed === undefined) return null;
  await server.seed();
  const call = await server.list(place);
  return () => timed(server.origin, 1_500, 32, () => ({ name: place, call }));
}
