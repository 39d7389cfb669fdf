import { once } from 'node:events';
import { Agent, request as send, type IncomingMessage } from 'node:http';
import type { Call, Stored } from '../server.ts';
import type { Body } from './bodies.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 512 });
/** Longer answers are counted and forgotten. */
const KEPT = 256 * 1024;

export interface Answer extends Stored {
  readonly received: number;
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
    if (received < KEPT) kept.push(chunk);
    received += chunk.length;
  }
  const status = response.statusCode ?? 0;
  const text = Buffer.concat(kept).toString();
  if (status < 200 || status > 299)
    throw new Error(`${call.method} ${call.path}: ${status} ${text.slice(0, 300)}`);
  return { name, headers: response.headers, body: text, received };
}

export function closeClient(): void {
  agent.destroy();
}
