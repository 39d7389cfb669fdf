import { exchange } from '../client/exchange.ts';
import { bytes } from '../client/bodies.ts';
import { store } from '../stock.ts';
import { once, type Workload } from '../workload.ts';
import { label, withLanes } from './many.ts';

const MIB = 2 ** 20;
const RANGE = 64 * 1024;
/** Longer than what a codec looks back on (2 MiB for zstd), or repeating it would compress too well. */
const TEXT_SIZE = 8 * MIB;
const TEXT = logLines(TEXT_SIZE);

/** Text through buckets that compress, beside one that does not. */
export function compressedFiles(size: number, requests: number): readonly Workload[] {
  return [
    {
      name: `${label(size)} of text up`,
      measure: 'cpu',
      bytes: size,
      async prepare(stock) {
        await store(stock.server, bytes(MIB, TEXT));
        return once(async () => stock.add(size, await store(stock.server, bytes(size, TEXT))));
      },
    },
    download(`${label(size)} of text down, decoded`, size, {}, size),
    download(`${label(size)} of text down, as stored`, size, { 'accept-encoding': 'gzip, zstd' }, null),
    lateRanges(size, requests),
  ];
}

function download(
  name: string,
  size: number,
  headers: Readonly<Record<string, string>>,
  expected: number | null,
): Workload {
  return {
    name,
    measure: 'cpu',
    bytes: expected ?? size,
    async prepare(stock) {
      const { origin, download: toCall } = stock.server;
      const [stored] = await stock.take(1, size, TEXT);
      if (toCall === undefined || stored === undefined) return null;
      const call = toCall(stored);
      const asked = { ...call, headers: { ...call.headers, ...headers } };
      return once(async () => {
        const { received } = await exchange(origin, stored.name, asked);
        if (expected !== null && received !== expected)
          throw new Error(`${received} bytes came instead of ${expected}`);
      });
    },
  };
}

/** What lies near the end, of which nothing before it should have to be decoded. */
function lateRanges(size: number, requests: number): Workload {
  const range = `bytes=${size - RANGE}-${size - 1}`;
  return {
    name: 'late 64 KiB ranges of it at 8',
    measure: 'rate',
    bytes: requests * RANGE,
    async prepare(stock) {
      const { server } = stock;
      const [stored] = await stock.take(1, size, TEXT);
      if (server.download === undefined || stored === undefined) return null;
      const call = server.download(stored);
      return withLanes(server, 8, requests, () => ({
        call: { ...call, headers: { ...call.headers, range } },
      }));
    },
  };
}

/** Log-like text, compressible as real text is. */
function logLines(size: number): Buffer {
  const words = [
    'GET',
    'POST',
    '/api/files/avatars',
    '/api/files/documents',
    'alyx',
    'done',
    'denied',
    'slow',
  ];
  const text = Buffer.alloc(size);
  let seed = 42;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  for (let at = 0; at < size;) {
    const picked = Array.from({ length: 4 }, () => words[random(words.length)] ?? '');
    const line = `2026-11-28T12:${10 + random(50)}:${10 + random(50)}Z ${picked.join(' ')} id=${random(2 ** 32).toString(16)} ms=${random(900)}\n`;
    at += text.write(line, at, 'latin1');
  }
  return text;
}
