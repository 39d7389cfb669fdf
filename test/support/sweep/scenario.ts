import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { newUuid } from '../../../src/lib/ids.ts';
import { objectKey } from '../../../src/storage/object-key.ts';
import { SeededRandom } from '../seeded-random.ts';
import { begin, idOf, patch, sha256, type Requests } from '../tus.ts';
import {
  cleanUpAmongOthers,
  download,
  makeRecord,
  remove,
  removeMany,
  removeRecord,
  replaceInRecord,
} from './changes.ts';
import { newContent, NotNow, WrongAnswer, type Client } from './client.ts';
import type { Ledger } from './ledger.ts';
import type { Project } from './project.ts';
import { terminate, uploadForm, uploadInChunks, uploadRaw } from './uploads.ts';

const BUCKETS = ['docs', 'packed'];

/** One client with the same contents and choices each time. */
export function sameClient(server: Requests, ledger: Ledger, { adminToken }: Project): Client {
  return { server, ledger, adminToken, buckets: BUCKETS, random: new SeededRandom(7), at: '' };
}

/** What is there before the scenario: files, records, and work for the cleanup. */
export async function prepare(client: Client, project: Project): Promise<void> {
  for (const bucket of BUCKETS) await uploadRaw(client, bucket, 20_000);
  await uploadForm(client);
  await makeRecord(client);
  await makeRecord(client);
  const expired = await begin(client.server, 1_000, { bucket: 'docs', metadata: { filename: 'expired' } });
  await patch(client.server, expired, 0, 'some of it');
  leaveWork(project, idOf(expired));
}

/** What only time or a crash would bring about. */
function leaveWork({ folder, config }: Project, expired: string): void {
  const database = new BetterSqlite3(config.database.path);
  const key = objectKey(newUuid());
  database.prepare('UPDATE _alyx_uploads SET expires_at = 1 WHERE id = ?').run(expired);
  database
    .prepare(`INSERT INTO _alyx_pending_objects VALUES ('local', 'docs', ?, 'deleting', 'server', 1)`)
    .run(key);
  database.close();
  const forgotten = [
    join(folder, 'data/storage/local/docs', key),
    join(folder, 'data/uploads', newUuid()),
    join(folder, 'data/storage/local/.alyx-tmp', newUuid()),
  ];
  for (const path of forgotten) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, randomBytes(100));
    utimesSync(path, 1, 1);
  }
}

/** An upload whose bytes are all in, but which is no file yet: what a crash in its finish leaves. */
export async function leaveComplete(client: Client, { folder, config }: Project): Promise<void> {
  const { name, content } = newContent(client, 30_000);
  const { length } = content;
  const path = await begin(client.server, length, { bucket: 'docs', metadata: { filename: name } });
  await patch(client.server, path, 0, content.subarray(0, -1));
  appendFileSync(join(folder, 'data/uploads', idOf(path)), content.subarray(-1));
  const database = new BetterSqlite3(config.database.path);
  database
    .prepare('UPDATE _alyx_uploads SET offset = length, checksum = ? WHERE id = ?')
    .run(sha256(content), idOf(path));
  database.close();
  client.ledger.uploads.set(path, { bucket: 'docs', name, content, offset: length, busy: false });
}

const DEEDS = [
  download,
  uploadForm,
  uploadRaw,
  uploadInChunks,
  uploadInChunks,
  download,
  remove,
  makeRecord,
  replaceInRecord,
  removeRecord,
  terminate,
  cleanUpAmongOthers,
  removeMany,
];

/** One thing after the other, until the server is gone. Rejects with WrongAnswer alone. */
export async function play(client: Client): Promise<'done' | 'cut off'> {
  for (const deed of DEEDS) {
    try {
      await deed(client);
    } catch (error) {
      if (error instanceof WrongAnswer) throw error;
      return 'cut off';
    }
  }
  return 'done';
}

/** The same with a server in trouble, which may say so, but may not go away; resolves to what it refused. */
export async function playInTrouble(client: Client): Promise<string[]> {
  const refused: string[] = [];
  for (const deed of DEEDS) {
    try {
      await deed(client);
    } catch (error) {
      if (!(error instanceof NotNow)) throw error;
      refused.push(client.at);
    }
  }
  return refused;
}
