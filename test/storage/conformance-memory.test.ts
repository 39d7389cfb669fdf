import { describeBackend } from './conformance.ts';
import { MemoryBackend } from './memory-backend.ts';

describeBackend(
  'memory',
  async () => {
    const backend = new MemoryBackend();
    return { backend, close: () => backend.close() };
  },
  { durableLink: true },
);
