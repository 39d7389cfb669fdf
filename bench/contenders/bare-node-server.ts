// The least that a Node server can do for the same bytes: to disk and back, with a hash of what came in.
import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import BetterSqlite3 from 'better-sqlite3';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly checksum: string;
  readonly created_at: number;
}

const [port = '0', folder = '.', mode = 'fast'] = process.argv.slice(2);
const db = new BetterSqlite3(join(folder, 'bare.db'));
db.pragma('journal_mode = WAL');
db.pragma(`synchronous = ${mode === 'durable' ? 'FULL' : 'NORMAL'}`);
db.exec(`CREATE TABLE files (
  serial INTEGER PRIMARY KEY, id TEXT UNIQUE, name TEXT, size INTEGER, checksum TEXT, created_at INTEGER)`);
const page = db.prepare('SELECT * FROM files WHERE serial > ? ORDER BY serial LIMIT 100');
const insert = db.prepare(
  'INSERT INTO files (id, name, size, checksum, created_at) VALUES (:id, :name, :size, :checksum, :created_at)',
);
const rows = new Map<string, Row>();

createServer((request, response) => {
  answer(request, response).catch((error: unknown) => response.destroy(error as Error));
}).listen(Number(port), '127.0.0.1');

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://bare');
  const [, kind = '', id = ''] = pathname.split('/');
  if (request.method === 'PUT') return put(request, response, kind);
  if (kind === 'bytes') return get(request, response, id);
  if (kind === 'signed') {
    const signature = Buffer.from(searchParams.get('signature') ?? '', 'base64url');
    if (timingSafeEqual(signature, sign(id))) return get(request, response, id);
  }
  if (kind === 'list') {
    json(response, page.all(Number(searchParams.get('after'))).map(asTold));
    return;
  }
  const row = rows.get(id);
  json(response, row === undefined ? null : asTold(row));
}

async function put(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
  const id = randomUUID();
  const hash = createHash('sha256');
  const path = join(folder, mode === 'durable' ? `${id}.part` : id);
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
    createWriteStream(path, { flush: mode === 'durable' }),
  );
  const row = { id, name, size, checksum: hash.digest('hex'), created_at: Date.now() };
  if (mode === 'durable') await makeDurable(path, row);
  rows.set(id, row);
  json(response, { ...asTold(row), signature: sign(id).toString('base64url') });
}

/** The whole chain for each upload by itself: its file was synced; now its name, and its row. */
async function makeDurable(path: string, row: Row): Promise<void> {
  await rename(path, join(folder, row.id));
  const directory = await open(folder);
  await directory.sync();
  await directory.close();
  insert.run(row);
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

function sign(id: string): Buffer {
  return createHmac('sha256', 'the secret of a server that lives for one benchmark').update(id).digest();
}

/** As many fields as Alyx tells of a file, so that both send the same bytes. */
function asTold(row: unknown): object {
  const { id, name, size, checksum, created_at } = row as Row;
  const time = new Date(created_at).toISOString();
  return {
    id,
    bucket: 'bare',
    name,
    path: name,
    mime_type: 'application/octet-stream',
    size,
    checksum,
    compressed: false,
    compression_type: null,
    stored_size: size,
    original_size: null,
    metadata: {},
    owner_id: null,
    version: 1,
    created_at: time,
    updated_at: time,
  };
}

function json(response: ServerResponse, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
