import { execFileSync } from 'node:child_process';
import { createHook } from 'node:async_hooks';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FilesystemBackend } from '../../src/storage/filesystem-backend.ts';
import { inChunks } from '../support/bodies.ts';
import { lacks } from '../support/machine.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { describeBackend } from './conformance.ts';

for (const [name, durable, isBesideDatabase] of [
  ['durable filesystem', true, false],
  ['filesystem', false, false],
  ['filesystem beside its database', false, true],
] as const) {
  describeBackend(
    name,
    async () => {
      const folder = makeTempFolder();
      const { backend } = await openIn(folder.path, durable, isBesideDatabase ? folder.path : undefined);
      const close = async (): Promise<void> => {
        await backend.close();
        folder.remove();
      };
      return { backend, close };
    },
    { durableLink: true },
  );
}

async function openIn(folder: string, durable: boolean, database?: string) {
  const path = join(folder, 'storage');
  return {
    path,
    backend: await FilesystemBackend.open({ type: 'filesystem', name: 'local', path, durable, database }),
  };
}

describe('what puts an object in place', () => {
  const beside = (folder: string) => folder;
  const elsewhere = () => '/proc/self/stat';
  const small = 64 * 1024;
  it.each([
    ['is this thread, for a small one on the database’s file system', false, beside, small, 0],
    ['are other threads, for one that is not small', false, beside, small + 1, 2],
    ['are other threads on another file system, which may stall', false, elsewhere, small, 3],
    ['are other threads where it must be durable', true, beside, small, 3],
  ] as const)('%s', async (_, durable, databaseIn, size, atLeast) => {
    const folder = makeTempFolder();
    onTestFinished(() => folder.remove());
    const { backend } = await openIn(folder.path, durable, databaseIn(folder.path));
    await backend.put('b', 'first', inChunks(Buffer.from('x')));
    let calls = 0;
    const hook = createHook({
      init(_id, type) {
        if (type === 'FSREQPROMISE') calls += 1;
      },
    });
    hook.enable();
    await backend.put('b', 'second', inChunks(Buffer.alloc(size)));
    hook.disable();
    if (atLeast === 0) expect(calls).toBe(0);
    else expect(calls).toBeGreaterThanOrEqual(atLeast);
    expect((await backend.stat('b', 'second'))?.size).toBe(size);
  });
});

it.skipIf(lacks('a disk that is full', 'mount'))(
  'says that the disk is full also where this thread writes, and leaves nothing of what did not fit',
  async () => {
    const folder = makeTempFolder();
    onTestFinished(() => folder.remove());
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'alyx-test', folder.path]);
    onTestFinished(() => void execFileSync('umount', [folder.path]));
    const { path, backend } = await openIn(folder.path, false, folder.path);
    const kept: string[] = [];
    const fill = async () => {
      for (let n = 0; n < 10; n += 1) {
        await backend.put('b', `k${n}`, inChunks(Buffer.alloc(60_000)));
        kept.push(`k${n}`);
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(kept).not.toEqual([]);
    expect(readdirSync(join(path, 'b')).toSorted()).toEqual(kept);
    expect(readdirSync(join(path, '.alyx-tmp'))).toEqual([]);
  },
);

it('does not keep in memory what a slow client sends until it is much', async () => {
  const folder = makeTempFolder();
  onTestFinished(() => folder.remove());
  const { path, backend } = await openIn(folder.path, false);
  const temporary = join(path, '.alyx-tmp');
  const written = () => {
    const [name] = readdirSync(temporary);
    return name === undefined ? 0 : statSync(join(temporary, name)).size;
  };
  let sent = 0;
  async function* trickle(): AsyncGenerator<Uint8Array> {
    for (; written() === 0 && sent < 1_000; sent += 1) {
      yield Buffer.from('x');
      await pause(5);
    }
    expect(written()).toBeGreaterThan(0);
  }
  expect(await backend.put('docs', 'a', trickle())).toEqual({ size: sent });
  await backend.close();
});
