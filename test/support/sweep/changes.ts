import { sha256, type Requests } from '../tus.ts';
import { enter, expectStatus, json, WrongAnswer, type Client } from './client.ts';
import { uploadRaw } from './uploads.ts';

export async function remove(client: Client): Promise<void> {
  const { server, ledger, random } = client;
  const free = ledger.free();
  if (free.length === 0) return;
  const id = random.pick(free);
  const bucket = ledger.files.get(id)?.bucket ?? '';
  ledger.setFiles([id], { state: 'unknown' });
  enter(client, `delete from ${bucket}`);
  await expectStatus(await server.request(`/api/files/${bucket}/${id}`, { method: 'DELETE' }), 204);
  ledger.setFiles([id], { state: 'gone' });
  ledger.acknowledged += 1;
}

export async function removeMany(client: Client): Promise<void> {
  const { server, ledger, random, buckets } = client;
  const bucket = random.pick(buckets);
  const ids = ledger.free(bucket).slice(0, 5);
  if (ids.length === 0) return;
  ledger.setFiles(ids, { state: 'unknown' });
  enter(client, 'batch delete');
  const answer = await server.request(`/api/files/${bucket}/batch-delete`, json('POST', { ids }));
  const { deleted } = (await (await expectStatus(answer, 200)).json()) as { deleted: string[] };
  ledger.setFiles(deleted, { state: 'gone' });
  ledger.acknowledged += 1;
}

/** New files for a record, which nobody else deletes. */
async function filesForRecord(client: Client): Promise<string[]> {
  const ids: string[] = [];
  for (let count = 1 + client.random.below(3); count > 0; count -= 1) {
    const id = await uploadRaw(client, 'docs');
    client.ledger.setFiles([id], { held: true });
    ids.push(id);
  }
  return ids;
}

export async function makeRecord(client: Client): Promise<void> {
  const { server, ledger } = client;
  const ids = await filesForRecord(client);
  const [cover, ...gallery] = ids;
  enter(client, 'record with files');
  const answer = await server.request('/api/collections/posts', json('POST', { cover, gallery }));
  const { id } = (await (await expectStatus(answer, 201)).json()) as { id: string };
  ledger.records.set(id, { versions: [ids], state: 'there' });
  ledger.acknowledged += 1;
}

export async function replaceInRecord(client: Client): Promise<void> {
  const { server, ledger, random } = client;
  const known = [...ledger.records].filter(([, { state }]) => state === 'there');
  if (known.length === 0) return;
  const [id, record] = random.pick(known);
  record.state = 'unknown';
  const before = record.versions.flat();
  const ids = await filesForRecord(client);
  const [cover, ...gallery] = ids;
  record.versions.push(ids);
  ledger.setFiles(before, { state: 'unknown' });
  enter(client, 'replacement in a record');
  const change = json('PATCH', { cover, gallery });
  await expectStatus(await server.request(`/api/collections/posts/${id}`, change), 200);
  ledger.setFiles(before, { state: 'gone' });
  Object.assign(record, { versions: [ids], state: 'there' });
  ledger.acknowledged += 1;
}

export async function removeRecord(client: Client): Promise<void> {
  const { server, ledger, random } = client;
  const known = [...ledger.records].filter(([, { state }]) => state === 'there');
  if (known.length === 0) return;
  const [id, record] = random.pick(known);
  const ids = record.versions.flat();
  record.state = 'unknown';
  ledger.setFiles(ids, { state: 'unknown' });
  enter(client, 'cascading delete');
  await expectStatus(await server.request(`/api/collections/posts/${id}`, { method: 'DELETE' }), 204);
  record.state = 'gone';
  ledger.setFiles(ids, { state: 'gone' });
  ledger.acknowledged += 1;
}

export async function cleanUp(server: Requests, adminToken: string): Promise<void> {
  const headers = { authorization: `Bearer ${adminToken}` };
  await expectStatus(await server.request('/api/admin/cleanup', { method: 'POST', headers }), 200);
}

export async function cleanUpAmongOthers(client: Client): Promise<void> {
  enter(client, 'cleanup');
  await cleanUp(client.server, client.adminToken);
}

/** A download that breaks off is no finding; one that ends has to be right. */
export async function download(client: Client): Promise<void> {
  const { server, ledger, random } = client;
  const known = [...ledger.files].filter(([, { state }]) => state === 'there');
  if (known.length === 0) return;
  const [id, file] = random.pick(known);
  enter(client, `download from ${file.bucket}`);
  const answer = await server.request(`/api/files/${file.bucket}/${id}/download`);
  // Somebody else may have deleted it meanwhile.
  await expectStatus(answer, 200, 404);
  const bytes = await answer.arrayBuffer().catch(() => null);
  if (bytes === null || answer.status === 404) return;
  if (sha256(Buffer.from(bytes)) !== file.checksum)
    throw new WrongAnswer(`${answer.url} is not what was sent`);
  ledger.acknowledged += 1;
}
