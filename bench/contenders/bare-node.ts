import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { freePort } from '../../test/support/free-port.ts';
import { startChild } from '../child.ts';
import { DEEP_OFFSET, SEEDED_FILES, type Contender, type Stored } from '../server.ts';
import { compilerMissing, slowFsync } from './slow-fsync.ts';

const get = (path: string) => ({ method: 'GET', path });
const told = ({ body }: Stored) => JSON.parse(body) as { id: string; signature: string };

export interface BareNodeOptions {
  readonly name: string;
  /** Whether each upload's file, folder and row are synced before it is answered, by itself. */
  readonly durable?: boolean;
  readonly slow?: boolean;
}

/** A bare node:http server that does the same bytes and nothing else. */
export function bareNode({ name, durable = false, slow = false }: BareNodeOptions): Contender {
  return {
    name,
    missing: slow ? compilerMissing : () => null,
    async start(folder) {
      const port = await freePort();
      const origin = `http://127.0.0.1:${port}`;
      const script = join(import.meta.dirname, 'bare-node-server.ts');
      const args = [script, String(port), folder, durable ? 'durable' : 'fast'];
      const env = slow ? slowFsync(folder) : {};
      const child = await startChild(process.execPath, args, { folder, origin, env });
      return {
        ...child,
        origin,
        putRaw: (file) => ({ method: 'PUT', path: `/${file}` }),
        download: (stored) => get(`/bytes/${told(stored).id}`),
        metadata: (stored) => get(`/meta/${told(stored).id}`),
        signed: async (stored) => get(`/signed/${told(stored).id}?signature=${told(stored).signature}`),
        seed: async () => seed(join(folder, 'bare.db')),
        list: async (place) => get(`/list?after=${place === 'first' ? 0 : DEEP_OFFSET}`),
      };
    },
  };
}

function seed(path: string): void {
  const db = new BetterSqlite3(path, { timeout: 5_000 });
  const insert = db.prepare(
    'INSERT INTO files (id, name, size, checksum, created_at) VALUES (?, ?, ?, ?, ?)',
  );
  db.transaction(() => {
    for (let n = 0; n < SEEDED_FILES; n += 1) {
      insert.run(crypto.randomUUID(), `photo-${n}.jpg`, 123456, 'ab'.repeat(32), n);
    }
  })();
  db.close();
}
