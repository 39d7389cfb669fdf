// The least that a Node server can do for the same bytes: to disk and back, with a hash of what came in.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import BetterSqlite3 from 'better-sqlite3';

const [port = '0', folder = '.'] = process.argv.slice(2);
const db = new BetterSqlite3(join(folder, 'bare.db'));
db.exec(
  'CREATE TABLE IF NOT EXISTS files (id INTEGER PRIMARY KEY, name TEXT, size INTEGER, checksum TEXT, created_at TEXT)',
);
const page = db.prepare('SELECT * FROM files WHERE id > ? ORDER BY id LIMIT 100');
const rows = new Map<string, { id: string; size: number; checksum: string }>();

createServer((request, response) => {
  answer(request, response).catch((error: unknown) => response.destroy(error as Error));
}).listen(Number(port), '127.0.0.1');

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://bare');
  if (request.method === 'PUT') return put(request, response);
  if (pathname === '/list') {
    json(response, page.all(Number(searchParams.get('after') ?? 0)));
    return;
  }
  if (pathname.startsWith('/meta/')) {
    json(response, rows.get(pathname.slice('/meta/'.length)));
    return;
  }
  if (pathname.startsWith('/bytes/')) return get(request, response, pathname.slice('/bytes/'.length));
  json(response, {});
}

async function put(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const id = randomUUID();
  const hash = createHash('sha256');
  let size = 0;
  await pipeline(
    request,
    async function* (source) {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        hash.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(join(folder, id)),
  );
  const row = { id, size, checksum: hash.digest('hex') };
  rows.set(id, row);
  json(response, row);
}

async function get(request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
  const path = join(folder, id);
  const { size } = statSync(path);
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const start = Number(first ?? 0);
  const end = Number(last ?? size - 1);
  response.writeHead(first === undefined ? 200 : 206, { 'content-length': end - start + 1 });
  await pipeline(createReadStream(path, { start, end }), response);
}

function json(response: ServerResponse, value: unknown): void {
  const text = JSON.stringify(value ?? null);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
