import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, expect, it } from 'vitest';
import { filesBelow } from '../support/leftovers.ts';
import { ServerProcess } from '../support/server-process.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';
import { startApp } from '../support/test-app.ts';

const OPEN = 'create: "true", read: "true", update: "true", delete: "true"';
const schema = `
buckets: { docs: { backend: local, rules: { ${OPEN}, download: "true" } } }
collections:
  posts:
    fields:
      id: { type: uuid, primary: true, default: auto }
      cover: { type: file, nullable: true, file: { bucket: docs, onDelete: cascade } }
      gallery: { type: "file[]", file: { bucket: docs, onDelete: cascade } }
    rules: { ${OPEN} }
`;
const ROUNDS = 3;
const DAY = 24 * 60 * 60 * 1000;

let folder: TempFolder;
afterEach(() => folder.remove());

it('the file cascade survives kill -9 at any moment: nothing dangles, nothing is left over', async () => {
  folder = makeTempFolder();
  for (let round = 0; round < ROUNDS; round += 1) {
    const server = await ServerProcess.start({ folder: folder.path, schema });
    let changes = 0;
    // Another number of changes each time, so that the blow falls at another point of one.
    const enough = 5 + Math.floor(Math.random() * 40);
    const dead = Promise.withResolvers<null>();
    const work = Promise.all(
      [1, 2, 3, 4].map(async () => {
        try {
          for (;;) {
            await changeRecords(server);
            if ((changes += 1) >= enough) dead.resolve(null);
          }
        } catch {
          dead.resolve(null);
        }
      }),
    );
    await dead.promise;
    await server.kill();
    await work;
  }

  // Half-written parts of uploads are left alone for a day: their writer might be alive.
  const clock = () => Date.now() + 2 * DAY;
  const app = await startApp({ schema, folder: folder.path, clock });
  await app.app.cleanup.run();
  await app.close();
  expect(findTrouble(folder.path)).toEqual({ dangling: [], unnoted: [], withoutBytes: [], withoutRow: [] });
}, 120_000);

/** A record with two files; one is replaced, and then the record goes with both. */
async function changeRecords(server: ServerProcess): Promise<void> {
  const json = { 'content-type': 'application/json' };
  const call = async (method: string, path: string, body?: string, headers = {}) => {
    const response = await server.request(path, { method, headers, body: body ?? null });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return response.status === 204 ? '' : ((await response.json()) as { id: string }).id;
  };
  const upload = () => call('PUT', `/api/files/docs?name=${crypto.randomUUID()}`, 'some bytes');
  const [a, b, c] = [await upload(), await upload(), await upload()];
  const post = await call('POST', '/api/collections/posts', JSON.stringify({ cover: a, gallery: [b] }), json);
  await call('PATCH', `/api/collections/posts/${post}`, JSON.stringify({ cover: c }), json);
  if (Math.random() < 0.7) await call('DELETE', `/api/collections/posts/${post}`);
}

function findTrouble(path: string) {
  const database = new BetterSqlite3(join(path, 'data/alyx.db'), { readonly: true });
  const all = <Row>(sql: string) => database.prepare(sql).all() as Row[];
  const files = all<{ id: string; key: string }>(
    `SELECT id, bucket || '/' || object_key AS key FROM _alyx_files`,
  );
  const posts = all<{ id: string; cover: string | null; gallery: string }>('SELECT * FROM posts');
  const noted = all<{ file_id: string; record_id: string; field: string }>(
    'SELECT * FROM _alyx_file_references',
  );
  database.close();
  const ids = new Set(files.map(({ id }) => id));
  const objects = new Set(filesBelow(join(path, 'data/storage')));
  const keys = new Set(files.map(({ key }) => key));
  const used = posts.flatMap(({ id, cover, gallery }) => [
    ...(cover === null ? [] : [`${cover} ${id} cover`]),
    ...(JSON.parse(gallery) as string[]).map((file) => `${file} ${id} gallery`),
  ]);
  const references = noted.map((use) => `${use.file_id} ${use.record_id} ${use.field}`);
  return {
    dangling: used.filter((use) => !ids.has(use.split(' ', 1)[0] ?? '')),
    unnoted: [...used]
      .sort()
      .filter((use) => !references.includes(use))
      .concat(references.filter((use) => !used.includes(use))),
    withoutBytes: [...keys].filter((key) => !objects.has(key)),
    withoutRow: [...objects].filter((key) => !keys.has(key)),
  };
}
