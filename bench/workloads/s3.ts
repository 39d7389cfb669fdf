import { NOISE } from '../client/bodies.ts';
import { freshName } from '../stock.ts';
import type { Workload } from '../workload.ts';
import { label, withLanes } from './many.ts';

const SIZE = 8 * 2 ** 20;
const AT_ONCE = 4;
/** The tests' S3 server takes at most 11 MiB in one piece. */
const BODY = Array.from({ length: SIZE / NOISE.length }, () => NOISE);

/** Files of a size that matters to S3, up and down. */
export function mediumFiles(files: number): readonly Workload[] {
  return [
    {
      name: `${files} × ${label(SIZE)} up at ${AT_ONCE}, S3`,
      measure: 'rate',
      bytes: files * SIZE,
      async prepare({ server }) {
        const { putRaw } = server;
        if (putRaw === undefined) return null;
        return withLanes(server, AT_ONCE, files, () => ({ call: putRaw(freshName()), body: BODY }));
      },
    },
    {
      name: `${files} × ${label(SIZE)} down at ${AT_ONCE}, S3`,
      measure: 'rate',
      bytes: files * SIZE,
      async prepare(stock) {
        const { download } = stock.server;
        const stored = await stock.take(AT_ONCE, SIZE);
        if (download === undefined) return null;
        const calls = stored.map((file) => download(file));
        return withLanes(stock.server, AT_ONCE, files, (n) => {
          const call = calls[n % calls.length];
          if (call === undefined) throw new Error('nothing was stored');
          return { call };
        });
      },
    },
  ];
}
