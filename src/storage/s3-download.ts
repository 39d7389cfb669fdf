import { Readable } from 'node:stream';

/**
 * The body of an answer as a stream of its own: fails with `trouble(error)` when the connection is cut or when a
 * reader has waited `idleTimeout` ms in vain. A slow reader is never at fault, unlike with a timeout on the socket,
 * which cannot tell it from a dead server. Destroying the stream destroys the connection.
 */
export function downloadStream(
  source: Readable,
  idleTimeout: number,
  trouble: (error: unknown) => Error,
): Readable {
  let waiting: NodeJS.Timeout | undefined;
  const stopWaiting = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
  };
  const download = new Readable({
    read() {
      waiting ??= setTimeout(() => {
        const error = Object.assign(new Error(`no byte for ${idleTimeout} ms`), { name: 'TimeoutError' });
        download.destroy(trouble(error));
      }, idleTimeout);
      source.resume();
    },
    destroy(error, callback) {
      stopWaiting();
      source.destroy();
      callback(error);
    },
  });
  source.on('data', (chunk: Buffer) => {
    waiting?.refresh();
    if (download.push(chunk)) return;
    stopWaiting();
    source.pause();
  });
  source.on('end', () => {
    stopWaiting();
    download.push(null);
  });
  source.on('error', (error) => download.destroy(trouble(error)));
  source.pause();
  return download;
}
