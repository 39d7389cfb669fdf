import { Agent, request } from 'node:http';
import { randomBytes } from 'node:crypto';
import type { Load, LoadResult } from './load.ts';

/** A process of its own, so that neither the server nor the test waits for what the clients do. */
const { url, small, large, downloads, largeSize } = JSON.parse(process.argv[2] ?? '') as Load;
const SMALL_SIZE = 10_000;

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
const bytes = { small: randomBytes(SMALL_SIZE), large: randomBytes(largeSize) };
const run = process.pid;

interface Answer {
  readonly status: number;
  readonly length: number;
  readonly body: string;
}

function send(method: string, path: string, body?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-length': body.length };
    const outgoing = request(`${url}${path}`, { method, agent, headers }, (incoming) => {
      let length = 0;
      let text = '';
      incoming.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (method === 'PUT') text += chunk.toString();
      });
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, length, body: text }));
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const put = (name: string, body: Buffer) => send('PUT', `/api/files/docs?name=${run}-${name}`, body);

const { id, checksum } = JSON.parse((await put('first', bytes.large)).body) as {
  id: string;
  checksum: string;
};
const start = performance.now();
const answers = await Promise.all([
  ...Array.from({ length: small }, (_, n) => put(`small-${n}`, bytes.small)),
  ...Array.from({ length: large }, (_, n) => put(`large-${n}`, bytes.large)),
  ...Array.from({ length: downloads }, () => send('GET', `/api/files/docs/${id}/download`)),
]);
const uploaded = answers.filter(({ status }) => status === 201);
const { user, system } = process.cpuUsage();
const result: LoadResult = {
  uploaded: uploaded.length,
  intact: uploaded.filter(({ body }) => body.includes(checksum)).length,
  downloaded: answers.filter(({ status, length }) => status === 200 && length === largeSize).length,
  ms: performance.now() - start,
  cpuMs: (user + system) / 1000,
};
agent.destroy();
process.stdout.write(JSON.stringify(result));
