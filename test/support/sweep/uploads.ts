import { file, form } from '../form.ts';
import { create, idOf, patch, sha256 } from '../tus.ts';
import { enter, expectStatus, newContent, sizeUpTo, WrongAnswer, type Client } from './client.ts';

/** More than one part of an S3 upload. */
const LARGE = 8.5 * 2 ** 20;

export async function uploadForm(client: Client): Promise<void> {
  const { server, ledger, random, buckets } = client;
  const { name, content } = newContent(client, sizeUpTo(client, 60_000));
  const bucket = random.pick(buckets);
  const { body, headers } = form(file(content, name));
  enter(client, `multipart to ${bucket}`);
  const init = { method: 'POST', body: new Uint8Array(body), headers };
  const answer = await expectStatus(await server.request(`/api/files/${bucket}`, init), 201);
  ledger.addFile(idOf(answer.headers.get('location') ?? ''), bucket, sha256(content));
}

export async function uploadRaw(
  client: Client,
  bucket = client.random.pick(client.buckets),
  size = sizeUpTo(client, 60_000),
): Promise<string> {
  const { server, ledger } = client;
  const { name, content } = newContent(client, size);
  enter(client, size < LARGE ? `raw to ${bucket}` : `large raw to ${bucket}`);
  const init = { method: 'PUT', body: new Uint8Array(content) };
  const answer = await expectStatus(await server.request(`/api/files/${bucket}?name=${name}`, init), 201);
  const id = idOf(answer.headers.get('location') ?? '');
  ledger.addFile(id, bucket, sha256(content));
  return id;
}

export async function uploadLarge(client: Client): Promise<void> {
  await uploadRaw(client, client.random.pick(client.buckets), LARGE + client.random.below(2 ** 20));
}

export async function uploadInChunks(client: Client): Promise<void> {
  const { ledger, random, buckets } = client;
  const waiting = [...ledger.uploads].filter(([, { busy }]) => !busy).map(([path]) => path);
  if (waiting.length > 0 && random.chance(0.5)) return goOn(client, random.pick(waiting));
  const { name, content } = newContent(client, 1 + sizeUpTo(client, 300_000));
  const bucket = random.pick(buckets);
  const path = await start(client, bucket, name, content.length);
  ledger.uploads.set(path, { bucket, name, content, offset: 0, busy: false });
  await goOn(client, path);
}

async function start(client: Client, bucket: string, filename: string, length: number): Promise<string> {
  enter(client, 'TUS creation');
  const answer = await create(client.server, length, { bucket, metadata: { filename } });
  return (await expectStatus(answer, 201)).headers.get('location') ?? '';
}

/** Sends the rest of an upload, as a client does that has lost the last answer: it asks first. */
async function goOn(client: Client, path: string): Promise<void> {
  const { server, ledger, random } = client;
  const upload = ledger.uploads.get(path);
  if (upload === undefined) return;
  upload.busy = true;
  try {
    enter(client, 'TUS offset');
    const head = await server.request(path, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } });
    const offset = Number((await expectStatus(head, 200)).headers.get('upload-offset'));
    if (offset < upload.offset) throw new WrongAnswer(`${path} went back from ${upload.offset} to ${offset}`);
    upload.offset = offset;
    while (upload.offset < upload.content.length) {
      const end = Math.min(upload.content.length, upload.offset + 1 + random.below(120_000));
      enter(client, end < upload.content.length ? 'TUS chunk' : `TUS finish to ${upload.bucket}`);
      const chunk = new Uint8Array(upload.content.subarray(upload.offset, end));
      const answer = await expectStatus(await patch(server, path, upload.offset, chunk), 204);
      upload.offset = Number(answer.headers.get('upload-offset'));
    }
    ledger.addFile(idOf(path), upload.bucket, sha256(upload.content));
    ledger.uploads.delete(path);
  } finally {
    upload.busy = false;
  }
}

export async function terminate(client: Client): Promise<void> {
  const { server, ledger, random, buckets } = client;
  const { name, content } = newContent(client, 5_000);
  const path = await start(client, random.pick(buckets), name, content.length + 1);
  enter(client, 'TUS chunk');
  await expectStatus(await patch(server, path, 0, new Uint8Array(content)), 204);
  enter(client, 'TUS termination');
  const headers = { 'tus-resumable': '1.0.0' };
  await expectStatus(await server.request(path, { method: 'DELETE', headers }), 204);
  ledger.acknowledged += 1;
}
