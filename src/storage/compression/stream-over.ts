import { Readable } from 'node:stream';

/**
 * A stream of `chunks`, which are made from `source`. Destroying it destroys `source` at once, also while the next
 * chunk is awaited: Readable.from would wait for that chunk first. Fails when either fails.
 */
export function streamOver(chunks: AsyncGenerator<Buffer>, source: Readable): Readable {
  const stream = new Readable({
    read() {
      chunks.next().then(
        ({ done, value }) => stream.push(done === true ? null : value),
        (error: unknown) => stream.destroy(error as Error),
      );
    },
    destroy(error, callback) {
      source.destroy();
      chunks.return(undefined).catch(() => undefined); // what destroying made it fail with is of no interest
      callback(error);
    },
  });
  source.on('error', (error) => stream.destroy(error));
  return stream;
}
