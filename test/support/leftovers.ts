import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { expect, vi } from 'vitest';
import type { TestApp } from './test-app.ts';

/** Everything that an upload could leave behind. */
export interface Leftovers {
  /** Paths under the storage folder. */
  readonly objects: readonly string[];
  readonly rows: number;
  /** Objects whose bytes are still to be deleted. */
  readonly doomed: number;
  /** What `openFiles` finds. */
  readonly open: readonly string[];
}

export const NOTHING: Leftovers = { objects: [], rows: 0, doomed: 0, open: [] };

/** What there is now; what is being deleted in the background is waited for. */
export async function leftovers(app: TestApp): Promise<Leftovers> {
  await app.app.files.reaper.settle();
  const data = join(app.folder, 'data');
  const objects = filesBelow(join(data, 'storage'));
  const database = new BetterSqlite3(join(data, 'alyx.db'), { readonly: true });
  const count = (sql: string) => database.prepare(sql).pluck().get() as number;
  try {
    return {
      objects,
      rows: count('SELECT count(*) FROM _alyx_files'),
      doomed: count(`SELECT count(*) FROM _alyx_pending_objects WHERE state = 'deleting'`),
      open: openFiles(app),
    };
  } finally {
    database.close();
  }
}

/** Files below the data folder that this process has open, but for the database's own. */
export function openFiles(app: TestApp): string[] {
  return openFilesBelow(join(app.folder, 'data')).filter((path) => !path.includes('alyx.db'));
}

/** Waits until nothing is left of an upload that somebody broke off. */
export async function expectNothingLeft(app: TestApp, expected: Leftovers = NOTHING): Promise<void> {
  await vi.waitFor(async () => expect(await leftovers(app)).toEqual(expected), {
    timeout: 10_000,
    interval: 25,
  });
}

/** Paths of the files below a folder, relative to it. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

function openFilesBelow(folder: string): string[] {
  if (!existsSync('/proc/self/fd')) return [];
  return readdirSync('/proc/self/fd')
    .map((descriptor) => {
      try {
        return readlinkSync(join('/proc/self/fd', descriptor));
      } catch {
        return '';
      }
    })
    .filter((path) => path.startsWith(folder));
}
