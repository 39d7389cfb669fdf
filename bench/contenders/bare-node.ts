import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { freePort, startChild } from '../child.ts';
import { SEEDED_FILES, type Contender, type Stored } from '../server.ts';

const get = (path: string) => ({ method: 'GET', path });
const idOf = ({ body }: Stored) => (JSON.parse(body) as { id: string }).id;

/** A bare node:http server that does the same bytes and nothing else. */
export const bareNode: Contender = {
  name: 'bare Node',
  missing: () => null,
  async start({ folder }) {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const script = join(import.meta.dirname, 'bare-node-server.ts');
    const child = await startChild(process.execPath, [script, String(port), folder], { folder, origin });
    return {
      name: 'bare Node',
      pid: child.pid,
      origin,
      stop: child.stop,
      putRaw: (file) => ({ method: 'PUT', path: `/${file}` }),
      download: (stored) => get(`/bytes/${idOf(stored)}`),
      metadata: (stored) => get(`/meta/${idOf(stored)}`),
      seed: async () => seed(join(folder, 'bare.db')),
      list: async (place) => get(`/list?after=${place === 'first' ? 0 : SEEDED_FILES - 10_000}`),
    };
  },
};

function seed(path: string): void {
  const db = new BetterSqlite3(path);
  const insert = db.prepare(`INSERT INTO files (name, size, checksum, created_at) VALUES (?, 123456, ?, ?)`);
  db.transaction(() => {
    for (let n = 0; n < SEEDED_FILES; n += 1) {
      insert.run(`photo-${n}.jpg`, 'ab'.repeat(32), new Date(n).toISOString());
    }
  })();
  db.close();
}
