import { join } from 'node:path';
import { FilesystemBackend } from '../../src/storage/filesystem-backend.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { describeBackend } from './conformance.ts';

for (const durable of [true, false]) {
  describeBackend(
    durable ? 'durable filesystem' : 'filesystem',
    async () => {
      const folder = makeTempFolder();
      const path = join(folder.path, 'storage');
      const backend = await FilesystemBackend.open({ type: 'filesystem', name: 'local', path, durable });
      const close = async (): Promise<void> => {
        await backend.close();
        folder.remove();
      };
      return { backend, close };
    },
    { durableLink: true },
  );
}
