import { basename } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, expect, it, vi } from 'vitest';
import { openBucket } from './support/files-api.ts';
import { startApp, type TestApp } from './support/test-app.ts';

let app: TestApp;
afterEach(async () => {
  vi.restoreAllMocks();
  await app.dispose();
});

/** The files of SQLite that are closed from now on, in their order. */
function closedFiles(): () => string[] {
  const close = vi.spyOn(BetterSqlite3.prototype, 'close');
  return () => (close.mock.contexts as BetterSqlite3.Database[]).map(({ name }) => basename(name));
}

it('holds the lock until the database is closed, for closing commits what is left', async () => {
  app = await startApp({ schema: openBucket() });
  const closed = closedFiles();
  await app.close();
  expect(closed()).toEqual(['alyx.db', 'alyx.db.server.lock']);
});

it('closes the database where another server holds the lock', async () => {
  app = await startApp({ schema: openBucket() });
  const closed = closedFiles();
  await expect(startApp({ schema: openBucket(), folder: app.folder })).rejects.toThrow(
    'another alyx server is running',
  );
  expect(closed().filter((name) => name === 'alyx.db')).toHaveLength(1);
  expect((await app.request('/health/ready')).status).toBe(200);
});
