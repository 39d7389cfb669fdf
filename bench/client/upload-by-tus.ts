import type { Server, Stored } from '../server.ts';
import type { Body } from './bodies.ts';
import { exchange } from './exchange.ts';

const CHUNK_TYPE = { 'content-type': 'application/offset+octet-stream' };

/** The headers that begin an upload. */
export function creation(name: string, size: number): Record<string, string> {
  const filename = Buffer.from(name).toString('base64');
  return { 'upload-length': String(size), 'upload-metadata': `filename ${filename}` };
}

/** Those that begin one whose bytes come along. */
export function creationWithUpload(name: string, size: number): Record<string, string> {
  return { ...creation(name, size), ...CHUNK_TYPE };
}

/** Creates a resumable upload and sends it, one PATCH for each of `chunks`. */
export async function uploadByTus(
  { origin, tus }: Server,
  name: string,
  chunks: readonly Body[],
): Promise<Stored> {
  if (tus === undefined) throw new Error('this server takes no upload that this benchmark knows of');
  const call = tus(name);
  const size = chunks.reduce((sum, chunk) => sum + chunk.size, 0);
  const created = await exchange(origin, name, {
    ...call,
    headers: { ...call.headers, ...creation(name, size) },
  });
  const { pathname: path } = new URL(String(created.headers['location']), origin);
  let offset = 0;
  let last: Stored = created;
  for (const chunk of chunks) {
    const headers = { ...call.headers, ...CHUNK_TYPE, 'upload-offset': String(offset) };
    last = await exchange(origin, name, { method: 'PATCH', path, headers }, chunk);
    offset += chunk.size;
  }
  return { ...last, headers: { ...created.headers, ...last.headers } };
}
