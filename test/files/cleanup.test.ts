import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../src/db/database.ts';
import { Cleanup, type Chore } from '../../src/files/cleanup.ts';
import { ObjectReaper } from '../../src/files/object-reaper.ts';
import { PendingObjectsRepository } from '../../src/files/pending-objects-repository.ts';
import { openBucket } from '../support/files-api.ts';
import { startApp, type TestApp } from '../support/test-app.ts';

const SILENT = { info: () => undefined, warn: () => undefined };

describe('a cleanup that is stopped', () => {
  it('has the chore that is under way end, begins none after it, and none ever again', async () => {
    const done: string[] = [];
    const begun = Promise.withResolvers<undefined>();
    const chores: Chore[] = [
      { name: 'first', run: () => Promise.resolve(done.push('first')) },
      {
        name: 'long',
        run: (signal) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve(done.push('a part of the long one')));
            begun.resolve(undefined);
          }),
      },
      { name: 'last', run: () => Promise.resolve(done.push('last')) },
    ];
    const cleanup = new Cleanup(chores, SILENT, 1_000_000);
    const run = cleanup.run();
    await begun.promise;
    await cleanup.stop();
    expect(await run).toEqual({ first: 1, long: 2 });
    expect(await cleanup.run()).toEqual({});
    expect(done).toEqual(['first', 'a part of the long one']);
  });
});

describe('a sweep', () => {
  let app: TestApp;
  let database: Database;
  const storage = () => join(app.folder, 'data/storage');

  beforeEach(async () => {
    app = await startApp({ schema: openBucket() });
    database = new Database({ path: app.config.database.path, durable: false });
  });
  afterEach(async () => {
    database.close();
    await app.dispose();
  });

  it('that is stopped leaves to the next one what it has not begun', async () => {
    const order = database.prepare(
      `INSERT INTO _alyx_pending_objects VALUES ('local', 'docs', ?, 'deleting', 'server', 1)`,
    );
    await database.write(() => {
      for (let n = 0; n < 250; n += 1) order.run(`key-${n}`);
    });
    const stop = new AbortController();
    let failures = 0;
    const warn = () => {
      failures += 1;
      stop.abort();
    };
    const pending = new PendingObjectsRepository(database);
    const reaper = new ObjectReaper(pending, app.app.files.backends, { warn });
    renameSync(storage(), `${storage()}.away`);
    expect(await reaper.sweep(Date.now(), stop.signal)).toBe(0);
    expect(failures).toBe(100);
    renameSync(`${storage()}.away`, storage());
    expect(await app.app.cleanup.run()).toMatchObject({ objects_deleted: 250 });
  });
});
