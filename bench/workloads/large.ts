import { bytes, exchange, form } from '../client.ts';
import type { Server, Stored } from '../server.ts';
import type { Workload } from '../workload.ts';

const GIB = 2 ** 30;
const CHUNK = 5 * 2 ** 20;

/** Uploads and downloads of one large file. */
export function largeFiles(size = GIB): readonly Workload[] {
  return [
    { name: `${label(size)} up, raw body`, measure: 'cpu', prepare: async (server) => raw(server, size) },
    {
      name: `${label(size)} up, multipart`,
      measure: 'cpu',
      prepare: async (server) => multipart(server, size),
    },
    {
      name: `${label(size)} up, TUS in one PATCH`,
      measure: 'cpu',
      prepare: async (server) => tus(server, size, size),
    },
    {
      name: `${label(size)} up, TUS in 5 MiB`,
      measure: 'cpu',
      prepare: async (server) => tus(server, size, CHUNK),
    },
    { name: `${label(size)} down`, measure: 'cpu', prepare: async (server) => down(server, size) },
  ];
}

export function label(size: number): string {
  return size % GIB === 0 ? `${size / GIB} GiB` : `${size / 2 ** 20} MiB`;
}

/** A measured part that is one piece of work. */
export function once(work: () => Promise<unknown>): () => Promise<null> {
  return async () => {
    await work();
    return null;
  };
}

let serial = 0;
export function freshName(ending = 'bin'): string {
  serial += 1;
  return `bench-${serial}.${ending}`;
}

function raw({ origin, putRaw }: Server, size: number) {
  if (putRaw === undefined) return null;
  const name = freshName();
  return once(() => exchange(origin, name, putRaw(name), bytes(size)));
}

function multipart({ origin, postForm }: Server, size: number) {
  if (postForm === undefined) return null;
  const name = freshName();
  return once(() => upload(origin, postForm, name, size));
}

function upload(origin: string, postForm: NonNullable<Server['postForm']>, name: string, size: number) {
  const call = postForm(name);
  const { body, contentType } = form(call.field, name, bytes(size));
  return exchange(origin, name, { ...call, headers: { ...call.headers, 'content-type': contentType } }, body);
}

function tus(server: Server, size: number, chunk: number) {
  if (server.tus === undefined) return null;
  const name = freshName();
  return once(() => uploadByTus(server, name, size, chunk));
}

async function uploadByTus(
  { origin, tus }: Server,
  name: string,
  size: number,
  chunk: number,
): Promise<Stored> {
  if (tus === undefined) throw new Error('this server has no resumable uploads');
  const call = tus(name);
  const metadata = `filename ${Buffer.from(name).toString('base64')}`;
  const creation = { ...call.headers, 'upload-length': String(size), 'upload-metadata': metadata };
  const created = await exchange(origin, name, { ...call, headers: creation });
  const { pathname: path } = new URL(String(created.headers['location']), origin);
  let last: Stored = created;
  for (let offset = 0; offset < size; offset += chunk) {
    const headers = {
      ...call.headers,
      'content-type': 'application/offset+octet-stream',
      'upload-offset': String(offset),
    };
    const body = bytes(Math.min(chunk, size - offset));
    last = await exchange(origin, name, { method: 'PATCH', path, headers }, body);
  }
  return { ...last, headers: { ...created.headers, ...last.headers } };
}

/** Stores a file by whatever way the server has. */
export async function store(server: Server, name: string, size: number, piece?: Buffer): Promise<Stored> {
  const { origin, putRaw, postForm } = server;
  if (putRaw !== undefined) return exchange(origin, name, putRaw(name), bytes(size, piece));
  if (postForm !== undefined) return upload(origin, postForm, name, size);
  return uploadByTus(server, name, size, size);
}

async function down(server: Server, size: number) {
  const { download, origin } = server;
  if (download === undefined) return null;
  const stored = await store(server, freshName(), size);
  return once(async () => {
    const { received } = await exchange(origin, stored.name, download(stored));
    if (received !== size) throw new Error(`${received} bytes came instead of ${size}`);
  });
}
