import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { giveBack } from '../lib/give-back.ts';

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
  const stopGivingBack = giveBackReads(source);
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
      stopGivingBack();
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
    stopGivingBack();
    download.push(null);
  });
  source.on('error', (error) => download.destroy(trouble(error)));
  source.pause();
  return download;
}

/**
 * Gives back what the connection of an answer has read, once Node's parser, which listens first, has copied the body out
 * of it: V8 would keep 60 MiB of that for a few downloads. To be stopped before the connection serves another request,
 * whose parser would come second.
 */
function giveBackReads(source: Readable): () => void {
  const { socket } = source as Partial<IncomingMessage>; // what checks a body while it comes has none
  socket?.on('data', giveBack);
  return () => socket?.off('data', giveBack);
}
