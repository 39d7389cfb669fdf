import type { Readable } from 'node:stream';
import { giveBack } from '../../lib/give-back.ts';

/** What Readable.pipe does, but the memory of each chunk is given back as soon as the system has its bytes. */
export function pipeAndGiveBack<Response extends NodeJS.WritableStream>(
  content: Readable,
  response: Response,
): Response {
  const resume = (): void => void content.resume();
  content.on('data', (chunk: Buffer) => {
    // Not after a failure: the socket may not be done with them.
    const wantsMore = response.write(chunk, (error) => {
      if (error == null) giveBack(chunk);
    });
    if (wantsMore) return;
    content.pause();
    response.once('drain', resume);
  });
  content.once('end', () => response.end());
  return response;
}
