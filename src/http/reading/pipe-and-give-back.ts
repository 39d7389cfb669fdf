import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { giveBack } from '../../lib/give-back.ts';

/**
 * What Readable.pipe does, but the memory of each chunk is given back as soon as the system has its bytes, and content
 * of another length than what was announced fails and takes the connection with it: the client would take the next
 * answer for the rest of this one, or the other way round.
 */
export function pipeAndGiveBack(content: Readable, response: ServerResponse, length: number): void {
  let left = length;
  const resume = (): void => void content.resume();
  const breakOff = (): void => {
    const difference = left > 0 ? `ended ${left} bytes early` : `has more than ${length} bytes`;
    content.destroy(new Error(`the content ${difference}; see "alyx storage check"`));
    response.destroy();
  };
  content.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) {
      breakOff();
      return;
    }
    // Not after a failure: the socket may not be done with them.
    const wantsMore = response.write(chunk, (error) => {
      if (error == null) giveBack(chunk);
    });
    if (wantsMore) return;
    content.pause();
    response.once('drain', resume);
  });
  content.once('end', () => {
    if (left > 0) breakOff();
    else response.end();
  });
}
