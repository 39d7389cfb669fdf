import { expect, it, onTestFinished, vi } from 'vitest';
import { keepMemoryTrimmed } from '../../src/cli/trim-memory.ts';
import { giveBack } from '../../src/lib/give-back.ts';
import { lacksFunction } from '../support/machine.ts';

const MIB = 2 ** 20;
const lacksTrim = await lacksFunction('memory that is free', 'int malloc_trim(size_t keep)');

it.skipIf(lacksTrim)('goes on when the size of the process cannot be read', async () => {
  const rss = vi.spyOn(process.memoryUsage, 'rss').mockImplementation(() => {
    throw Object.assign(new Error('EMFILE: too many open files, uv_resident_set_memory'), { code: 'EMFILE' });
  });
  onTestFinished(() => rss.mockRestore());
  const ended = vi.fn();
  void keepMemoryTrimmed().then(ended, ended);
  await vi.waitFor(() => expect(rss.mock.calls.length).toBeGreaterThan(1), 10_000);
  expect(ended).not.toHaveBeenCalled();
});

it.skipIf(lacksTrim)('gives back what lies free between what is in use', async () => {
  const resident = () => process.memoryUsage.rss() / MIB;
  const atFirst = resident();
  const blocks = Array.from({ length: 3_000 }, () => Buffer.allocUnsafeSlow(64 * 1024).fill(1));
  const full = resident();
  expect(full - atFirst).toBeGreaterThan(150);
  const kept = blocks.filter((_, n) => n % 50 === 0);
  for (const [n, block] of blocks.entries()) if (n % 50 !== 0) giveBack(block);
  expect(full - resident()).toBeLessThan(50);

  void keepMemoryTrimmed();
  await vi.waitFor(() => expect(full - resident()).toBeGreaterThan(150), 10_000);
  expect(kept.every((block) => block.length === 64 * 1024 && block[0] === 1)).toBe(true);
});
