import { describe, expect, it } from 'vitest';
import { lacks } from '../support/machine.ts';
import { testSeed } from '../support/seeded-random.ts';
import { killAtSyscalls } from '../support/sweep/syscall-kills.ts';
import { LONG_TIMEOUT, report, SYSCALLS } from '../support/torture.ts';

const listed = (counts: ReadonlyMap<string, number>) =>
  [...counts].map(([name, count]) => `${count} × ${name}`).join(', ');

describe.skipIf(lacks('kills at system calls', 'strace'))(
  'a server that is killed before a system call',
  () => {
    it(
      'has lost nothing that it acknowledged, whichever call it was',
      { timeout: LONG_TIMEOUT },
      async () => {
        const seed = testSeed();
        const { moments, killed, missed, cutOff } = await killAtSyscalls({ seed, limit: SYSCALLS });
        const count = [...killed.values()].reduce((sum, n) => sum + n, 0);
        report(
          `killed before ${count} of ${moments} system calls (ALYX_TEST_SEED=${seed}; ${missed} did not come): ${listed(killed)}`,
        );
        report(`in the middle of: ${listed(cutOff)}`);
        expect(count).toBeGreaterThan(0);
      },
    );
  },
);
