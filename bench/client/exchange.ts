import { once } from 'node:events';
import { Agent, request as send, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Call, Stored } from './server.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 512 });

/** Bytes of a request's body, made while they are sent. */
export interface Body {
  readonly size: number;
  readonly write: (request: ClientRequest) => Promise<void>;
}

export interface Answer extends Stored {
  readonly status: number;
  readonly received: number;
}

const PIECE = 256 * 1024;
/** Not compressible: a server must not win by that. */
const NOISE = Buffer.from(Array.from({ length: PIECE }, (_, i) => ((i * 2654435761) >>> 13) & 0xff));

export function bytes(size: number, piece: Buffer = NOISE): Body {
  return {
    size,
    async write(request) {
      for (let left = size; left > 0; left -= piece.length) {
        const chunk = left < piece.length ? piece.subarray(0, left) : piece;
        if (!request.write(chunk)) await once(request, 'drain');
      }
    },
  };
}

/** A multipart form with the file as its only part. */
export function form(field: string, name: string, body: Body): { body: Body; contentType: string } {
  const boundary = 'bench-7d1f5b0e9c';
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\n` +
      'Content-Type: application/octet-stream\r\n\r\n',
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    body: {
      size: head.length + body.size + tail.length,
      async write(request) {
        request.write(head);
        await body.write(request);
        request.write(tail);
      },
    },
  };
}

/** Sends one request and reads the answer; keeps its text only when it is short. Throws unless it is 2xx. */
export async function exchange(origin: string, name: string, call: Call, body?: Body): Promise<Answer> {
  const headers = { ...call.headers, ...(body === undefined ? {} : { 'content-length': String(body.size) }) };
  const request = send(`${origin}${call.path}`, { method: call.method, headers, agent });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  const sent = (async () => {
    await body?.write(request);
    request.end();
  })();
  const [response] = await Promise.race([answered, sent.then(() => answered)]);
  const kept: Buffer[] = [];
  let received = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (received < PIECE) kept.push(chunk);
    received += chunk.length;
  }
  const status = response.statusCode ?? 0;
  const text = Buffer.concat(kept).toString();
  if (status < 200 || status > 299)
    throw new Error(`${call.method} ${call.path}: ${status} ${text.slice(0, 300)}`);
  return { name, status, headers: response.headers, body: text, received };
}

/** Runs `work` for 0…count-1, so many at a time. */
export async function inParallel(
  count: number,
  width: number,
  work: (n: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const n = next;
      next += 1;
      await work(n);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}

export function closeClient(): void {
  agent.destroy();
}
