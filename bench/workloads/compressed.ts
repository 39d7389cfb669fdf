import { exchange } from '../client.ts';
import type { Server } from '../server.ts';
import type { Workload } from '../workload.ts';
import { freshName, label, once, store } from './large.ts';

const SIZE = 128 * 2 ** 20;
const WORDS =
  'the quick brown fox jumps over the lazy dog while 42 sleepy cats watch from a warm windowsill'.split(' ');
/** Log-like text: compressible as real text is, about three to one. */
const TEXT = Buffer.from(
  Array.from({ length: 4_000 }, (_, i) => {
    const seed = (i * 2654435761) >>> 0;
    return `${seed} ${WORDS[seed % WORDS.length] ?? ''} ${WORDS[(seed >>> 8) % WORDS.length] ?? ''} ${seed % 9973}\n`;
  }).join(''),
);

/** Text through the compressing buckets. */
export const compressedFiles: readonly Workload[] = [
  workload(`${label(SIZE)} of text up`, async (server) => {
    const name = freshName('txt');
    return once(() => store(server, name, SIZE, TEXT));
  }),
  workload(`${label(SIZE)} of text down, decoded`, (server) => down(server, {})),
  workload(`${label(SIZE)} of text down, as stored`, (server) =>
    down(server, { 'accept-encoding': 'gzip, zstd' }),
  ),
  workload('a late 64 KiB range of it', (server) => {
    return down(server, { range: `bytes=${SIZE - 65_536}-${SIZE - 1}` });
  }),
];

function workload(name: string, prepare: Workload['prepare']): Workload {
  return { name, measure: 'cpu', only: ['Alyx, gzip', 'Alyx, zstd'], prepare };
}

async function down(server: Server, headers: Readonly<Record<string, string>>) {
  const { origin, download } = server;
  if (download === undefined) return null;
  const stored = await store(server, freshName('txt'), SIZE, TEXT);
  const call = download(stored);
  return once(() => exchange(origin, stored.name, { ...call, headers: { ...call.headers, ...headers } }));
}
