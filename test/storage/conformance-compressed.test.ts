import { join } from 'node:path';
import type { Backend } from '../../src/storage/backend.ts';
import { CompressedBackend } from '../../src/storage/compression/compressed-backend.ts';
import { FilesystemBackend } from '../../src/storage/filesystem-backend.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { describeBackend, type OpenedBackend } from './conformance.ts';
import { MemoryBackend } from './memory-backend.ts';

async function openMemory(): Promise<OpenedBackend> {
  const backend = new MemoryBackend();
  return { backend, close: () => backend.close() };
}

async function openFilesystem(): Promise<OpenedBackend> {
  const folder = makeTempFolder();
  const path = join(folder.path, 'storage');
  const backend = await FilesystemBackend.open({ type: 'filesystem', name: 'local', path, durable: false });
  return { backend, close: async () => folder.remove() };
}

for (const coding of ['gzip', 'zstd'] as const) {
  for (const [place, open] of [
    ['memory', openMemory],
    ['filesystem', openFilesystem],
  ] as const) {
    describeBackend(`${coding} over ${place}`, async () => {
      const plain = await open();
      const backend: Backend = new CompressedBackend(plain.backend, coding);
      return { backend, close: () => plain.close() };
    });
  }
}
