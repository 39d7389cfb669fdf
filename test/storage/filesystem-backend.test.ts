import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { FilesystemBackend } from '../../src/storage/filesystem-backend.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { describeBackend } from './conformance.ts';

for (const durable of [true, false]) {
  describeBackend(
    durable ? 'durable filesystem' : 'filesystem',
    async () => {
      const folder = makeTempFolder();
      const { backend } = await openIn(folder.path, durable);
      const close = async (): Promise<void> => {
        await backend.close();
        folder.remove();
      };
      return { backend, close };
    },
    { durableLink: true },
  );
}

async function openIn(folder: string, durable: boolean) {
  const path = join(folder, 'storage');
  return {
    path,
    backend: await FilesystemBackend.open({ type: 'filesystem', name: 'local', path, durable }),
  };
}

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
