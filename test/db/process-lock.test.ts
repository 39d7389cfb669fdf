import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeProcessLock, tryProcessLock } from '../../src/db/process-lock.ts';
import { NOBODY } from '../support/become-nobody.ts';
import { runScript } from '../support/run-script.ts';
import { lacks } from '../support/machine.ts';
import { makeTempFolder, type TempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;
let database: string;

beforeEach(() => {
  folder = makeTempFolder();
  database = join(folder.path, 'alyx.db');
  writeFileSync(database, '');
});
afterEach(() => folder.remove());

it('is held by one at a time, for each role', () => {
  const lock = tryProcessLock(database, 'server');
  expect(lock).not.toBeNull();
  expect(tryProcessLock(database, 'server')).toBeNull();
  const other = tryProcessLock(database, 'migrate');
  expect(other).not.toBeNull();
  lock?.release();
  const again = tryProcessLock(database, 'server');
  expect(again).not.toBeNull();
  again?.release();
  other?.release();
});

it('waits for a predecessor that lets go in time, and tells who is in the way when it does not', async () => {
  const first = await takeProcessLock(database, 'server', 0);
  await expect(takeProcessLock(database, 'server', 0)).rejects.toThrow(/another alyx server is running/);
  const second = takeProcessLock(database, 'server', 5_000);
  first.release();
  (await second).release();
});

it('is let go of by a process that is killed with -9', async () => {
  const script = `
    import { tryProcessLock } from ${JSON.stringify(join(import.meta.dirname, '../../src/db/process-lock.ts'))};
    tryProcessLock(${JSON.stringify(database)}, 'server');
    globalThis.gc();
    process.stdout.write('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    await once(child.stdout, 'data');
    expect(tryProcessLock(database, 'server')).toBeNull();
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
  const lock = tryProcessLock(database, 'server');
  expect(lock).not.toBeNull();
  lock?.release();
});

it('is nobody’s who may only read its file, as one that root has made: they are told what to do', async () => {
  chmodSync(folder.path, 0o777);
  const file = `${database}.server.lock`;
  writeFileSync(file, '');
  chmodSync(file, 0o444);
  const said = await runScript(`
    import { tryProcessLock } from '/src/db/process-lock.ts';
    import { becomeNobody } from '/test/support/become-nobody.ts';
    becomeNobody();
    try {
      tryProcessLock(${JSON.stringify(database)}, 'server');
    } catch (error) {
      console.log(error.name, error.message);
    }`);
  expect(said).toMatch(/^OperatorError cannot open the lock .*must be able to write that file/);
  expect(said).toContain(`chown --reference=${database} ${file}`);
});

it('is one for a database and for a symbolic link to it', () => {
  const link = join(folder.path, 'link.db');
  symlinkSync(database, link);
  const lock = tryProcessLock(link, 'server');
  expect(tryProcessLock(database, 'server')).toBeNull();
  lock?.release();
});

it('leaves its empty file, and nothing beside it', () => {
  const lock = tryProcessLock(database, 'server');
  expect(readdirSync(folder.path)).toEqual(['alyx.db', 'alyx.db.server.lock']);
  lock?.release();
  expect(statSync(`${database}.server.lock`).size).toBe(0);
});

it('gives its file the permissions of the database: whoever may write that may take it', () => {
  chmodSync(database, 0o660);
  tryProcessLock(database, 'server')?.release();
  expect(statSync(`${database}.server.lock`).mode & 0o777).toBe(0o660);
});

it.skipIf(lacks('the owner of a lock that root makes', 'root'))(
  'is its owner’s to take whose database it is, though root made it',
  () => {
    chownSync(database, NOBODY, NOBODY);
    tryProcessLock(database, 'server')?.release();
    expect(statSync(`${database}.server.lock`)).toMatchObject({ uid: NOBODY, gid: NOBODY });
  },
);
