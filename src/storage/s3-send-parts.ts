import { PART_SIZE } from './s3-parts.ts';

/** How many bytes of one put may wait for the server; a single part may be larger. */
const MAX_IN_FLIGHT = 2 * PART_SIZE;

/**
 * Sends parts as they come, several at a time. The first failure, of `parts` or of `send`, aborts `stop` with it
 * and is thrown once nothing is in flight any more, so that whoever cleans up then leaves nothing behind.
 * `send` gets the part's number, from 1; resolves to what it returned, in order.
 */
export async function sendParts<T>(
  parts: AsyncIterable<Buffer>,
  send: (part: Buffer, number: number) => Promise<T>,
  stop: AbortController,
): Promise<T[]> {
  const sent: T[] = [];
  const inFlight = new Set<Promise<void>>();
  let bytesInFlight = 0;

  const start = (part: Buffer, index: number): void => {
    bytesInFlight += part.length;
    const sending = send(part, index + 1)
      .then((result) => void (sent[index] = result))
      .catch((error: unknown) => stop.abort(error))
      .finally(() => {
        bytesInFlight -= part.length;
        inFlight.delete(sending);
      });
    inFlight.add(sending);
  };

  let index = 0;
  try {
    for await (const part of parts) {
      while (inFlight.size > 0 && bytesInFlight + part.length > MAX_IN_FLIGHT) await Promise.race(inFlight);
      stop.signal.throwIfAborted();
      start(part, index);
      index += 1;
    }
  } catch (error) {
    stop.abort(error);
  }
  await Promise.all(inFlight);
  stop.signal.throwIfAborted();
  return sent;
}
