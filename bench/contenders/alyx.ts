import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { newUuid } from '../../src/lib/ids.ts';
import { createTokens } from '../../src/auth/tokens.ts';
import { freePort } from '../../test/support/free-port.ts';
import { startChild } from '../child.ts';
import { DEEP_OFFSET, SEEDED_FILES, type Contender, type Server, type Stored } from '../server.ts';
import { compilerMissing, slowFsync } from './slow-fsync.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const SECRET = 'the-secret-of-a-server-that-lives-for-one-benchmark';

const OPEN = '{ create: "true", read: "true", download: "true" }';
/** What an application would write: both sides of the comparison are looked at. */
const OWNED = `{ create: "auth.id != null", read: "auth.id == file.owner_id || auth.role == 'staff'", download: "auth.id == file.owner_id" }`;

export interface AlyxOptions {
  readonly name: string;
  readonly bucket?: 'open' | 'owned' | 'gzip' | 'zstd';
  /** Whether what is acknowledged survives power loss. The peers' does not. */
  readonly durable?: boolean;
  /** Whether its disk is a slow one. */
  readonly slow?: boolean;
}

/** Where the bytes go, as alyx.yml says it. */
const FOLDER = '{ type: filesystem, path: ./storage }';

/** Alyx itself, rules and request log on. */
export function alyx({ name, bucket = 'open', durable = false, slow = false }: AlyxOptions): Contender {
  return {
    name,
    missing: slow ? compilerMissing : () => null,
    start: (folder) =>
      startAlyx(folder, { bucket, durable, backend: FOLDER, env: slow ? slowFsync(folder) : {} }),
  };
}

export interface AlyxSetting {
  readonly bucket: string;
  readonly durable: boolean;
  readonly backend: string;
  readonly env?: Record<string, string>;
}

export async function startAlyx(
  folder: string,
  { bucket, durable, backend, env = {} }: AlyxSetting,
): Promise<Server> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  writeFileSync(join(folder, 'alyx.yml'), configFile(port, durable, backend));
  writeFileSync(join(folder, 'schema.yaml'), SCHEMA);
  const child = await startChild(process.execPath, [join(ROOT, 'dist/main.js'), 'serve'], {
    folder,
    origin: `${origin}/health/live`,
    env,
  });
  const authorization = `Bearer ${token()}`;
  const headers = bucket === 'open' ? {} : { authorization };
  const base = `/api/files/${bucket}`;
  const get = (path: string) => ({ method: 'GET', path, headers });
  return {
    ...child,
    origin,
    putRaw: (file) => ({ method: 'PUT', path: `${base}?name=${file}`, headers }),
    postForm: () => ({ method: 'POST', path: base, headers, field: 'file' }),
    tus: () => ({ method: 'POST', path: `${base}/tus`, headers: { ...headers, 'tus-resumable': '1.0.0' } }),
    download: (stored) => get(`${base}/${idOf(stored)}/download`),
    metadata: (stored) => get(`${base}/${idOf(stored)}`),
    async signed(stored) {
      const response = await fetch(`${origin}${base}/${idOf(stored)}/sign`, { headers });
      return { method: 'GET', path: ((await response.json()) as { url: string }).url };
    },
    seed: async () => seed(join(folder, 'alyx.db'), bucket),
    list: async (place) => get(await pageAddress(origin, base, place, headers)),
  };
}

function idOf({ headers, body }: Stored): string {
  const id = headers['alyx-file-id'];
  return typeof id === 'string' ? id : (JSON.parse(body) as { id: string }).id;
}

function token(): string {
  const jwt = { secret: SECRET, accessTtl: 0, refreshTtl: 0, issuer: 'alyx', audience: null };
  const actor = { id: 'bench', email: null, role: 'user', verified: true, metadata: {} };
  return createTokens(jwt).sign(actor, 3_600_000);
}

function configFile(port: number, durable: boolean, backend: string): string {
  return `
server: { port: ${port} }
database: { path: ./alyx.db }
auth: { jwt: { secret: ${SECRET} } }
storage:
  durable: ${durable}
  default_max_file_size: 8GiB
  backends: { store: ${backend} }
  tus: { path: ./uploads }
logging: { format: json }
`;
}

const SCHEMA = `
version: 1
buckets:
  open: { backend: store, rules: ${OPEN} }
  owned: { backend: store, rules: ${OWNED} }
  gzip: { backend: store, compression: gzip, rules: ${OWNED} }
  zstd: { backend: store, compression: zstd, rules: ${OWNED} }
`;

/** The cursor deep in the list is the one a client would have got by then. */
async function pageAddress(
  origin: string,
  base: string,
  place: 'first' | 'deep',
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  if (place === 'first') return `${base}?limit=100`;
  const response = await fetch(`${origin}${base}?limit=100&offset=${DEEP_OFFSET}`, { headers });
  const { next_cursor: cursor } = (await response.json()) as { next_cursor: string };
  return `${base}?limit=100&cursor=${cursor}`;
}

/** Rows only: a list looks at no bytes. */
function seed(path: string, bucket: string): void {
  const db = new BetterSqlite3(path);
  const insert = db.prepare(`
    INSERT INTO _alyx_files (id, bucket, name, path, mime_type, size, checksum, backend, object_key, stored_size,
      metadata, owner_id, created_at, updated_at)
    VALUES (?, ?, ?, ?, 'image/jpeg', 123456, ?, 'store', ?, 123456, '{"album":"summer"}', 'bench', ?, ?)`);
  const now = Date.now();
  db.transaction(() => {
    for (let n = 0; n < SEEDED_FILES; n += 1) {
      const id = newUuid();
      insert.run(id, bucket, `photo-${n}.jpg`, `album/photo-${n}.jpg`, 'ab'.repeat(32), id, now - n, now - n);
    }
  })();
  db.close();
}
