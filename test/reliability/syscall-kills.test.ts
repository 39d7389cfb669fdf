import { describe, expect, it } from 'vitest';
import { lacks } from '../support/machine.ts';
import { testSeed } from '../support/seeded-random.ts';
import { killAtSyscalls } from '../support/sweep/syscall-kills.ts';
import { killStarts } from '../support/sweep/start-kills.ts';
import { LONG_TIMEOUT, report, STARTS, SYSCALLS } from '../support/torture.ts';

const listed = (counts: ReadonlyMap<string, number>) =>
  [...counts].map(([name, count]) => `${count} × ${name}`).join(', ');

describe.skipIf(lacks('kills at system calls', 'strace'))(
  'a server that is killed before a system call',
  () => {
    it.each([
      { during: 'requests', kill: killAtSyscalls, limit: SYSCALLS },
      { during: 'its start', kill: killStarts, limit: STARTS },
    ])(
      'during $during has lost nothing that it acknowledged, whichever call it was',
      { timeout: LONG_TIMEOUT },
      async ({ during, kill, limit }) => {
        const seed = testSeed();
        const { moments, killed, missed, cutOff } = await kill({ seed, limit });
        const count = [...killed.values()].reduce((sum, n) => sum + n, 0);
        report(
          `killed during ${during} before ${count} of ${moments} system calls (ALYX_TEST_SEED=${seed}; ${missed} did not come): ${listed(killed)}`,
        );
        report(`in the middle of: ${listed(cutOff)}`);
        expect(count).toBeGreaterThan(0);
      },
    );
  },
);
