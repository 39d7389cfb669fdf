import type { ServerResponse } from 'node:http';
import { giveBack } from '../../lib/give-back.ts';
import type { FileContent } from '../../storage/file-content.ts';

/**
 * Sends content most of which goes from the file to the client without us. The rest is what we read and write while
 * the client is not ready for more: it tells us when it is, keeps the connection's idle timeout going, and finds what
 * goes wrong.
 */
export function sendFileContent(content: FileContent, response: ServerResponse): void {
  void sendAll(content, response).catch((error: unknown) => content.destroy(error as Error));
}

async function sendAll(content: FileContent, response: ServerResponse): Promise<void> {
  for (let part = await content.next(); part !== null; part = await content.next(response.socket)) {
    if (!(await isWritten(response, part))) return;
    giveBack(part);
  }
  // Else there is more, and the client must not take what it has for all of it.
  if (!content.destroyed) response.end();
}

/** False when the client is gone. */
function isWritten(response: ServerResponse, part: Buffer): Promise<boolean> {
  return new Promise((resolve) => response.write(part, (error) => resolve(error == null)));
}
