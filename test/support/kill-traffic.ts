import { form, file } from './form.ts';
import type { Ledger } from './ledger.ts';
import type { SeededRandom } from './seeded-random.ts';
import { begin, idOf, patch, sha256, type Requests } from './tus.ts';

export interface Traffic {
  readonly server: Requests;
  readonly ledger: Ledger;
  readonly random: SeededRandom;
  readonly adminToken: string;
}

/** An answer that should not have been; what the server may say while it dies is no answer at all. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
}

let names = 0;

/** A name of its own, and content that is remembered under it. */
function newContent({ ledger, random }: Traffic, limit = 60_000): { name: string; content: Buffer } {
  const name = `file-${(names += 1)}.bin`;
  const size = random.chance(0.05) ? random.below(2_000_000) : random.below(limit);
  const isText = random.chance(0.3);
  const content = isText ? Buffer.from(`${name} `.repeat(Math.ceil(size / 12))) : random.bytes(size);
  ledger.sent.set(name, sha256(content));
  return { name, content };
}

async function expectStatus(answer: Response, ...statuses: readonly number[]): Promise<Response> {
  if (statuses.includes(answer.status)) return answer;
  throw new WrongAnswer(`${answer.status} ${answer.url}: ${await answer.text()}`);
}

const BUCKETS = ['docs', 'packed', 'zipped'];

async function uploadForm(traffic: Traffic): Promise<void> {
  const { server, ledger, random } = traffic;
  const { name, content } = newContent(traffic);
  const bucket = random.pick(BUCKETS);
  const { body, headers } = form(file(content, name));
  const answer = await server.request(`/api/files/${bucket}`, {
    method: 'POST',
    body: new Uint8Array(body),
    headers,
  });
  ledger.addFile(
    idOf((await expectStatus(answer, 201)).headers.get('location') ?? ''),
    bucket,
    sha256(content),
  );
}

async function uploadRaw(traffic: Traffic, bucket = traffic.random.pick(BUCKETS)): Promise<string> {
  const { server, ledger } = traffic;
  const { name, content } = newContent(traffic);
  const answer = await server.request(`/api/files/${bucket}?name=${name}`, {
    method: 'PUT',
    body: new Uint8Array(content),
  });
  const id = idOf((await expectStatus(answer, 201)).headers.get('location') ?? '');
  ledger.addFile(id, bucket, sha256(content));
  return id;
}

async function uploadInChunks(traffic: Traffic): Promise<void> {
  const { server, ledger, random } = traffic;
  const waiting = [...ledger.uploads.keys()];
  if (waiting.length > 0 && random.chance(0.5)) return goOn(traffic, random.pick(waiting));
  const { name, content } = newContent(traffic, 300_000);
  if (content.length === 0) return;
  const path = await begin(server, content.length, { metadata: { filename: name } });
  ledger.uploads.set(path, { name, content, offset: 0 });
  await goOn(traffic, path);
}

/** Sends the rest of an upload, as a client does that has lost the last answer: it asks first. */
async function goOn({ server, ledger, random }: Traffic, path: string): Promise<void> {
  const upload = ledger.uploads.get(path);
  if (upload === undefined) return;
  // Nobody else goes on with it meanwhile; whoever dies half way leaves it for later.
  ledger.uploads.delete(path);
  try {
    const head = await server.request(path, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } });
    const offset = Number((await expectStatus(head, 200)).headers.get('upload-offset'));
    if (offset < upload.offset) throw new WrongAnswer(`${path} went back from ${upload.offset} to ${offset}`);
    upload.offset = offset;
    while (upload.offset < upload.content.length) {
      const end = Math.min(upload.content.length, upload.offset + 1 + random.below(120_000));
      const chunk = new Uint8Array(upload.content.subarray(upload.offset, end));
      const answer = await expectStatus(await patch(server, path, upload.offset, chunk), 204);
      upload.offset = Number(answer.headers.get('upload-offset'));
    }
    ledger.addFile(idOf(path), 'docs', sha256(upload.content));
  } catch (error) {
    ledger.uploads.set(path, upload);
    throw error;
  }
}

async function remove({ server, ledger, random }: Traffic): Promise<void> {
  const free = ledger.free();
  if (free.length === 0) return;
  const id = random.pick(free);
  const bucket = ledger.files.get(id)?.bucket ?? '';
  ledger.setFiles([id], { state: 'unknown' });
  await expectStatus(await server.request(`/api/files/${bucket}/${id}`, { method: 'DELETE' }), 204);
  ledger.setFiles([id], { state: 'gone' });
  ledger.acknowledged += 1;
}

const json = (method: string, body: unknown): RequestInit => ({
  method,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});

async function removeMany({ server, ledger }: Traffic): Promise<void> {
  const ids = ledger.free('docs').slice(0, 5);
  if (ids.length === 0) return;
  ledger.setFiles(ids, { state: 'unknown' });
  const answer = await server.request('/api/files/docs/batch-delete', json('POST', { ids }));
  const { deleted } = (await (await expectStatus(answer, 200)).json()) as { deleted: string[] };
  ledger.setFiles(deleted, { state: 'gone' });
  ledger.acknowledged += 1;
}

/** New files for a record, which nobody else deletes. */
async function filesForRecord(traffic: Traffic): Promise<string[]> {
  const ids: string[] = [];
  for (let count = 1 + traffic.random.below(3); count > 0; count -= 1) {
    const id = await uploadRaw(traffic, 'docs');
    traffic.ledger.setFiles([id], { held: true });
    ids.push(id);
  }
  return ids;
}

async function makeRecord(traffic: Traffic): Promise<void> {
  const { server, ledger } = traffic;
  const ids = await filesForRecord(traffic);
  const [cover, ...gallery] = ids;
  const answer = await server.request('/api/collections/posts', json('POST', { cover, gallery }));
  const { id } = (await (await expectStatus(answer, 201)).json()) as { id: string };
  ledger.records.set(id, { versions: [ids], state: 'there' });
  ledger.acknowledged += 1;
}

async function replaceInRecord(traffic: Traffic): Promise<void> {
  const { server, ledger, random } = traffic;
  const known = [...ledger.records].filter(([, { state }]) => state === 'there');
  if (known.length === 0) return;
  const [id, record] = random.pick(known);
  record.state = 'unknown';
  const before = record.versions.flat();
  const ids = await filesForRecord(traffic);
  const [cover, ...gallery] = ids;
  record.versions.push(ids);
  ledger.setFiles(before, { state: 'unknown' });
  await expectStatus(
    await server.request(`/api/collections/posts/${id}`, json('PATCH', { cover, gallery })),
    200,
  );
  ledger.setFiles(before, { state: 'gone' });
  Object.assign(record, { versions: [ids], state: 'there' });
  ledger.acknowledged += 1;
}

async function removeRecord({ server, ledger, random }: Traffic): Promise<void> {
  const known = [...ledger.records].filter(([, { state }]) => state === 'there');
  if (known.length === 0) return;
  const [id, record] = random.pick(known);
  const ids = record.versions.flat();
  record.state = 'unknown';
  ledger.setFiles(ids, { state: 'unknown' });
  await expectStatus(await server.request(`/api/collections/posts/${id}`, { method: 'DELETE' }), 204);
  record.state = 'gone';
  ledger.setFiles(ids, { state: 'gone' });
  ledger.acknowledged += 1;
}

export async function cleanUp({ server, adminToken }: Pick<Traffic, 'server' | 'adminToken'>): Promise<void> {
  const headers = { authorization: `Bearer ${adminToken}` };
  await expectStatus(await server.request('/api/admin/cleanup', { method: 'POST', headers }), 200);
}

const DEEDS: readonly (readonly [
  name: string,
  weight: number,
  deed: (traffic: Traffic) => Promise<unknown>,
])[] = [
  ['multipart upload', 4, uploadForm],
  ['raw upload', 4, uploadRaw],
  ['TUS upload', 6, uploadInChunks],
  ['delete', 3, remove],
  ['batch delete', 1, removeMany],
  ['record with files', 3, makeRecord],
  ['replacement in a record', 2, replaceInRecord],
  ['cascading delete', 2, removeRecord],
  ['cleanup', 1, cleanUp],
];
const CHOICES = DEEDS.flatMap(([name, weight, deed]) =>
  Array.from({ length: weight }, () => ({ name, deed })),
);

/** One client, who does one thing after the other until the server is gone. Rejects with WrongAnswer alone. */
export async function sendTraffic(traffic: Traffic): Promise<void> {
  const { ledger, random } = traffic;
  for (;;) {
    const { name, deed } = random.pick(CHOICES);
    try {
      await deed(traffic);
    } catch (error) {
      if (error instanceof WrongAnswer) throw error;
      ledger.unanswered.set(name, (ledger.unanswered.get(name) ?? 0) + 1);
      return;
    }
  }
}
